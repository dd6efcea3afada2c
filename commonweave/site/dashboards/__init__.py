"""Pages that draw on every floor."""
