"""nbgrader's gradebook, as far as grading needs it. Import only inside commands: nbgrader is slow."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import temp_attrs
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from testcases.core.protocol import Assignment

from .database import KINDS
from .errors import GraderError, UsageError
from .gradebook_state import unwritable, without_password
from .nbgrader_course import Nbgrader, check_gradebook
from .releasing import generate


def gradebook_url(nbgrader: Nbgrader, wanted: str | None) -> str:
    """The address of the gradebook: the one wanted, or else the course's own.

    Raises:
        UsageError: the address cannot be that of a gradebook.
    """
    if wanted is None:
        _check_kind(nbgrader.gradebook_url)
        return nbgrader.gradebook_url
    try:
        url = make_url(wanted)
    except ArgumentError:
        raise UsageError(
            f"Cannot use gradebook {without_password(wanted)!r}: it is not an address. Write, for "
            "example, "
            "--db sqlite:////home/me/gradebook.db or --db postgresql://me@host/grades"
        ) from None
    _check_kind(wanted)
    if url.get_backend_name() != "sqlite":
        return url.render_as_string(hide_password=False)
    if url.database in (None, "", ":memory:"):
        raise UsageError(
            f"Cannot use gradebook {wanted!r}: it names no file, so the grades would be lost. "
            "Write, for example, --db sqlite:////home/me/gradebook.db"
        )
    # nbgrader changes the working folder while it grades.
    file = Path(str(url.database)).resolve()
    if not file.parent.is_dir():
        raise UsageError(
            f"Cannot use gradebook {wanted!r}: there is no folder {file.parent}. Make it, or name a "
            "file in another one."
        )
    return url.set(database=str(file)).render_as_string(hide_password=False)


def _check_kind(url: str) -> None:
    if (kind := make_url(url).get_backend_name()) not in KINDS:
        raise UsageError(
            f"Cannot use gradebook {shown_url(url)}: {kind} is not supported. Use SQLite or PostgreSQL."
        )


def shown_url(url: str) -> str:
    """The address as it may be printed: a file's path, or an address without its password."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        return parts.database
    return parts.render_as_string(hide_password=True)


def prepare(nbgrader: Nbgrader, assignment: Assignment, url: str) -> str:
    """Make the gradebook ready for grading, whoever made or did not make it before.

    All that several processes could do at the same time and stumble over each other is done here,
    once: the tables, the course, and `default_course`, which parts of nbgrader ask for.

    Returns:
        The digest of the released cells, for `Record.basis`.

    Raises:
        GraderError: the gradebook cannot be used or written to, or holds another version of the
            assignment.
    """
    check_gradebook(url, nbgrader.course_id, assignment.name)
    if (trouble := unwritable(url)) is not None:
        raise GraderError(f"Cannot record grades: {trouble[0]}. {trouble[1]}")
    with readable(url):
        Gradebook(url, nbgrader.course_id).close()
        Gradebook(url).close()
        with closing(Gradebook(url, nbgrader.course_id)) as gradebook:
            points = _points(gradebook, assignment.name)
        if not points:
            _register(nbgrader, assignment.name, url)
        with closing(Gradebook(url, nbgrader.course_id)) as gradebook:
            points = _points(gradebook, assignment.name)
            _check_items(assignment, points, url)
            return _cells_digest(gradebook, assignment.name)


@contextmanager
def readable(url: str) -> Iterator[None]:
    """Say in plain words that a gradebook cannot be opened."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GraderError(
            f"Cannot open gradebook {shown_url(url)}: {reason}. See that the place can be written "
            "to and that nothing else holds the file, then run the command again."
        ) from error


def _points(gradebook: Gradebook, assignment: str) -> dict[str, float]:
    """Points of the assignment's graded cells by grade_id; empty if it is not in the gradebook."""
    try:
        notebook = gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        return {}
    return {cell.name: float(cell.max_score) for cell in notebook.grade_cells}


def _register(nbgrader: Nbgrader, assignment: str, url: str) -> None:
    """Enter the assignment's cells, as a release does; the files that come with it are dropped."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        temp_attrs(nbgrader.app.coursedir, db_url=url),
    ):
        generate(nbgrader, assignment, Path(scratch), record=True)


def _check_items(assignment: Assignment, points: Mapping[str, float], url: str) -> None:
    wanted = {item.grade_id: float(item.points) for item in assignment.items}
    if points != wanted:
        differing = sorted(
            name for name in wanted.keys() | points.keys() if wanted.get(name) != points.get(name)
        )
        raise GraderError(
            f"Cannot grade {assignment.name!r}: the gradebook {shown_url(url)} and testcases/ differ "
            f"about {', '.join(differing)}. Release the assignment again: grader release "
            f"{assignment.name}"
        )


def _cells_digest(gradebook: Gradebook, assignment: str) -> str:
    """Digest of the cells against which nbgrader checks, and with which it overwrites, a student's."""
    notebook = gradebook.find_notebook(assignment, assignment)
    digest = hashlib.sha256()
    for cell in sorted(notebook.source_cells, key=lambda cell: cell.name):
        digest.update(f"{cell.name}\0{cell.checksum}\0{cell.source}\0".encode())
    return digest.hexdigest()
