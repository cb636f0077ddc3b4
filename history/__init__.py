"""What Khiên remembers: `setup` names the database, `migrate` makes its schema, `history.store` reads and writes."""

from history.database import close, migrate, pending, setup

__all__ = ["close", "migrate", "pending", "setup"]
