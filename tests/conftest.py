"""Fixtures for all tests. `store`, `store_url` and `desk` are those of the pytest plugin."""

from stores import postgres_database, postgres_server

__all__ = ["postgres_database", "postgres_server"]
