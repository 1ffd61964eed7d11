"""What can be known of a gradebook before it is used: may we write to it, does it hold scores.

Nothing is created or changed. SQLAlchemy is imported on first use, since it is slow.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import sys
from pathlib import Path
from shlex import quote

from .errors import UsageError

#: Automatic scores in a course, wherever they are.
_SCORES = """
    SELECT 1 FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE grade.auto_score IS NOT NULL AND assignment.course_id = :course
    LIMIT 1
"""


def without_password(address: str) -> str:
    """An address that cannot be read as one, with what may be a password in it blotted out."""
    start, at, rest = address.rpartition("@")
    if at:  # all that may belong to it: it may hold any sign itself
        start = re.match(r"[^/:]*(?:[:/]+[^:@]*:|[:/]+)?", start).group()  # type: ignore[union-attr]
        address = f"{start}***@{rest}"
    return re.sub(r"\?.*", "?***", address, flags=re.DOTALL)


def unwritable(url: str) -> tuple[str, str] | None:
    """Why the gradebook's file cannot be written to, and the remedy; None if nothing speaks against it.

    A gradebook on a server tells by itself when it is written to.
    """
    file = _file_of(url)
    if file is None:
        return None
    folder = file.parent
    if file.exists() and (number := _refusal(file, os.W_OK)):
        return _told(number, file, f"the gradebook {file} is", "u+w")
    if folder.is_dir() and (number := _refusal(folder, os.W_OK | os.X_OK)):
        cause, remedy = _told(
            number, folder, f"the gradebook {file} lies in a folder that is", "u+rwx"
        )
        return f"{cause}, and SQLite needs to write beside it", remedy
    return None


def _refusal(path: Path, mode: int) -> int:
    """The number of the error that using `path` so would meet; 0 for none.

    `os.access` says only yes or no, and what to do depends on why: a read-only file system, an
    attribute of the file, or its permissions. The call is the same one, and touches nothing.
    """
    if sys.platform == "win32":
        return 0 if os.access(path, mode) else errno.EACCES
    libc = ctypes.CDLL(None, use_errno=True)
    return ctypes.get_errno() if libc.access(os.fsencode(path), mode) else 0


def _told(number: int, path: Path, subject: str, bits: str) -> tuple[str, str]:
    """What is the matter with `path`, and what helps; where permissions are not the cause, no chmod."""
    name = quote(str(path))
    if number == errno.EROFS:
        return (
            f"{subject} on a read-only file system",
            f"See which: findmnt -T {name}; mount it for writing (sudo mount -o remount,rw TARGET), or "
            "move the course to another",
        )
    if number == errno.EPERM:
        return (
            f"{subject} locked against changes (immutable), for root too",
            f"See: lsattr -d {name}; then run: sudo chattr -i {name}",
        )
    return (
        f"{subject} read-only for you",
        f"Run: chmod {bits} {name} (if it is another's: {_own(path)})",
    )


def _own(path: Path) -> str:
    return f'sudo chown "$(id -un)" {quote(str(path))}'


def holds_scores(url: str, course_id: str) -> bool:
    """Whether the autograder's points are recorded in a gradebook, on any assignment of the course.

    Raises:
        SQLAlchemyError: it cannot be read.
    """
    from sqlalchemy import create_engine, inspect, text

    if missing_file(url):
        return False  # to connect would make one
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("grade"):
                return False
            return connection.execute(text(_SCORES), {"course": course_id}).first() is not None
    finally:
        engine.dispose()


def no_such_gradebook(shown: str) -> UsageError:
    """What to say of a gradebook that was named with --db and is not there; `shown` may be printed."""
    return UsageError(
        f"Cannot read gradebook {shown}: there is none. Name with --db the one that was graded into, or "
        "leave --db out."
    )


def missing_file(url: str) -> bool:
    """Whether the gradebook is a file that is not there, or is empty."""
    file = _file_of(url)
    return file is not None and not (file.exists() and file.stat().st_size)


def _file_of(url: str) -> Path | None:
    from sqlalchemy.engine import make_url

    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(str(address.database)) if is_file else None
