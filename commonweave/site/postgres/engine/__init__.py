"""Django's own PostgreSQL engine, but for how it learns that the server has gone."""
