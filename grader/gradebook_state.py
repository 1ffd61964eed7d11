"""What can be known of a gradebook before it is used: may we write to it, does it hold scores.

Nothing is created or changed. SQLAlchemy is imported on first use, since it is slow.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from shlex import quote

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
    return re.sub(r"(:|//)[^:/@]+@", r"\1***@", address)


def unwritable(url: str) -> tuple[str, str] | None:
    """Why the gradebook's file cannot be written to, and the remedy; None if nothing speaks against it.

    A gradebook on a server tells by itself when it is written to.
    """
    file = _file_of(url)
    if file is None:
        return None
    if file.exists() and not os.access(file, os.W_OK):
        return (
            f"the gradebook {file} is read-only for you",
            f"Run: chmod u+w {quote(str(file))} (if it is another's: {_own(file)})",
        )
    folder = file.parent
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        return (
            f"the gradebook {file} lies in a folder that is read-only for you, and SQLite needs to "
            "write beside it",
            f"Run: chmod u+rwx {quote(str(folder))} (if it is another's: {_own(folder)})",
        )
    return None


def _own(path: Path) -> str:
    return f'sudo chown "$(id -un)" {quote(str(path))}'


def holds_scores(url: str, course_id: str) -> bool:
    """Whether the autograder's points are recorded in a gradebook, on any assignment of the course.

    Raises:
        SQLAlchemyError: it cannot be read.
    """
    from sqlalchemy import create_engine, inspect, text

    file = _file_of(url)
    if file is not None and not file.exists():
        return False  # to connect would make one
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("grade"):
                return False
            return connection.execute(text(_SCORES), {"course": course_id}).first() is not None
    finally:
        engine.dispose()


def _file_of(url: str) -> Path | None:
    from sqlalchemy.engine import make_url

    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(str(address.database)) if is_file else None
