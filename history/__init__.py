"""What Khiên remembers. `open_recorder` is the way in: it names the database, makes its schema, and reads and writes.

`facts`, `errors`, `ledger` and `lock` can be imported at any time; modules that know the tables (`store`, `export` ...)
only after `setup`, since Django must have its settings first.
"""

from typing import TYPE_CHECKING

from history.database import close, migrate, pending, require_sound, setup

if TYPE_CHECKING:
    from history.store import Recorder

__all__ = ["close", "migrate", "open_recorder", "pending", "require_sound", "setup"]


def open_recorder(database: str) -> "Recorder":
    """The memory of a database, which is created or brought up to date first.

    `database` is the path of an SQLite file or a postgresql:// URL; KHIEN_DATABASE overrides it.
    Raises DatabaseUnusable.
    """
    setup(database)
    migrate()
    from history.store import Recorder  # not before Django has its settings

    return Recorder()
