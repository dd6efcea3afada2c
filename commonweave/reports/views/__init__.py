"""Pages of residents and teams."""
