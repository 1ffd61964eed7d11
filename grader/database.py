"""A database that may be locked or away for a while, and comes back: transactions with patience.

Import only inside commands: SQLAlchemy is slow.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

T = TypeVar("T")

#: Seconds for which a gradebook that is locked or away is tried again, and how long between tries.
PATIENCE = 60.0
_PAUSE = 0.25
#: Seconds that SQLite itself waits for a lock; the patience is ours.
_SQLITE_WAIT = 0.2
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
#: Kinds of database that can be used.
KINDS = frozenset(_INSERTS)


class Database:
    """One engine, kept for a whole run."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        #: We have waited for it in vain. Until it can be written to we do not wait again, or a class of a
        #: thousand would wait a thousand times.
        self._away = False

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def insert(self, table: Table) -> Any:
        """An INSERT that can say what to do if there is such a row already."""
        return _INSERTS[self._engine.dialect.name](table)

    def patiently(self, work: Callable[[Connection], T], *, writes: bool = False) -> T:
        """Do something in a transaction; again for a while if the gradebook is locked or away."""
        begun = time.monotonic()
        while True:
            try:
                with self._engine.begin() as connection:
                    done = work(connection)
                self._away &= not writes  # one who locks it may let others read
                return done
            except DBAPIError as error:
                if not _passes(error):
                    raise
                if self._away or time.monotonic() - begun > PATIENCE:
                    self._away = True
                    raise
                time.sleep(_PAUSE)


def _engine(url: str) -> Engine:
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": _SQLITE_WAIT}
    return create_engine(url, **options)


def _passes(error: DBAPIError) -> bool:
    """Whether an error is one of those that go away: a lock, a server that starts anew."""
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return "locked" in str(error.orig)
    # A server that went away, starts anew, or has too many clients; two that waited for each other.
    # What is wrong with a statement or with a value is of another class.
    return isinstance(error, OperationalError | InterfaceError)
