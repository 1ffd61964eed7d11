"""nbgrader as this course configures it: its settings, its gradebook, its complaints.

nbgrader logs an error in a course's configuration and goes on without it, which would release an
assignment under the wrong settings. Here the configuration is read first, and an error in it is an
error. Import this module only inside commands: nbgrader itself is imported on first use, and takes
seconds.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from .course import CONFIG_FILE, GRADEBOOK_FILE, Course
from .errors import TRACEBACK, GraderError, UsageError, cause_in, path_of, stopped
from .gradebook_state import without_password


class ComplaintsHandler(logging.Handler):
    """Keeps what nbgrader complains about, instead of printing it."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.complaints.append(record.getMessage())

    def causes(self) -> list[str]:
        """What was complained about; of a traceback, only the line that says what was raised."""
        return [cause_in(text) if TRACEBACK in text else text.strip() for text in self.complaints]

    def cause(self) -> str:
        """The last exception that was logged, in one line; or else the last complaint."""
        logged = [cause_in(text) for text in self.complaints if TRACEBACK in text]
        last = (logged or self.causes() or [""])[-1]
        return last.splitlines()[0] if last else "nbgrader gave no reason"


@dataclass(frozen=True)
class Nbgrader:
    """nbgrader's application object for one course, and what it complained about so far."""

    app: Any
    handler: ComplaintsHandler

    @property
    def course_id(self) -> str:
        """The course's name in the gradebook."""
        return str(self.app.coursedir.course_id)

    @property
    def gradebook_url(self) -> str:
        """Where the gradebook is."""
        return str(self.app.coursedir.db_url)


@dataclass(frozen=True)
class Markers:
    """The texts by which this course's notebooks mark what students do not get."""

    solution: tuple[str, str]
    hidden_tests: tuple[str, str]
    mark_scheme: tuple[str, str]
    #: What stands in the release where a solution stood.
    code_stub: str
    text_stub: str

    def all(self) -> tuple[str, ...]:
        """Every marker that must not be in a release."""
        return (*self.solution, *self.hidden_tests, *self.mark_scheme)


def put_environment_on_path() -> None:
    """Let nbgrader find `alembic`, which it calls by name, when our environment is not activated."""
    folder = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in folders:
        os.environ["PATH"] = os.pathsep.join([folder, *folders])


def check_config(course: Course) -> None:
    """Run the course's configuration by itself.

    Raises:
        UsageError: it cannot be read, or the Python in it raises.
    """
    from traitlets.config.loader import PyFileConfigLoader

    loader = PyFileConfigLoader(CONFIG_FILE, path=str(course.root))
    try:
        config = loader.load_config()
    except (Exception, SystemExit) as error:  # it is a program: anything may come
        where = f" at line {line}" if (line := _line_of(error, course.config_file)) else ""
        if isinstance(error, OSError) and path_of(error) == str(course.config_file):
            raise UsageError(
                f"Cannot read {course.config_file}: {error.strerror}. "
                f"Run: chmod u+rw {quote(str(course.config_file))}"
            ) from error
        raise UsageError(
            f"Cannot read {course.config_file}: {type(error).__name__}{where}: {stopped(str(error))} "
            "Mend that line; the course's other commands need it too."
        ) from error
    if not config.get("CourseDirectory", {}).get("course_id"):
        raise UsageError(
            f"Cannot use {course.config_file}: it gives the course no name, so its gradebook cannot "
            'be told from another\'s. Add the line: c.CourseDirectory.course_id = "my-course"'
        )


def _line_of(error: BaseException, file: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    number, trace = 0, error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            number = trace.tb_lineno
        trace = trace.tb_next
    return number


@contextmanager
def nbgrader_for(course: Course) -> Iterator[Nbgrader]:
    """nbgrader set up for `course`, saying nothing by itself.

    Raises:
        UsageError: the course's configuration cannot be read, or does not suit nbgrader.
    """
    check_config(course)
    put_environment_on_path()
    from nbgrader.apps.baseapp import NbGrader
    from traitlets import TraitError

    handler = ComplaintsHandler()
    logger = logging.Logger(
        "grader.nbgrader"
    )  # one of our own: nobody else writes to it or reads it
    logger.addHandler(handler)
    try:
        app = NbGrader(log=logger)
        app.load_cwd_config = False  # what counts is the course's folder, not the one we stand in
        app.initialize([], root=str(course.root))
    except (TraitError, SystemExit) as error:
        reason = str(error) if isinstance(error, TraitError) else handler.cause()
        raise UsageError(
            f"Cannot use {course.config_file}: {stopped(reason)} Mend that setting."
        ) from error
    handler.complaints.clear()  # about optional files of the user's own that are not there
    yield Nbgrader(app, handler)


def markers_of(nbgrader: Nbgrader) -> Markers:
    """The markers and stubs that nbgrader will use with this configuration.

    Raises:
        UsageError: the configuration gives one of them a value that it cannot have.
    """
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
    from traitlets import TraitError

    try:
        solutions = ClearSolutions(parent=nbgrader.app)
        hidden = ClearHiddenTests(parent=nbgrader.app)
        scheme = ClearMarkScheme(parent=nbgrader.app)
    except TraitError as error:
        raise UsageError(
            f"Cannot use {CONFIG_FILE}: {stopped(str(error))} Mend that setting."
        ) from error
    if "python" not in solutions.code_stub:
        raise UsageError(
            f"Cannot use {CONFIG_FILE}: ClearSolutions.code_stub has no text for Python. "
            'Give it as {"python": "..."}.'
        )
    return Markers(
        solution=(solutions.begin_solution_delimeter, solutions.end_solution_delimeter),
        hidden_tests=(hidden.begin_test_delimeter, hidden.end_test_delimeter),
        mark_scheme=(scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
        code_stub=solutions.code_stub["python"],
        text_stub=solutions.text_stub,
    )


@dataclass(frozen=True)
class _Place:
    """Where a gradebook is."""

    url: str
    #: As it may be printed: a file's path, or an address without its password.
    shown: str
    #: Its file, if it is one.
    file: Path | None

    @property
    def elsewhere(self) -> str:
        """How to go on with another gradebook."""
        if self.file is None or self.file.name != GRADEBOOK_FILE:
            return "name another one with --db"
        return f"move it away: mv {quote(str(self.file))} {quote(f'{self.file}.old')}"


def check_gradebook(url: str, course_id: str, assignment: str | None = None) -> None:
    """Make sure that the gradebook, if there is one yet, is sound and belongs to this course.

    Nothing is created or changed.

    Raises:
        GraderError: it is no database, no gradebook, of another version, or of another course.
    """
    place = _place(url)
    if place.file is not None and _is_empty(place.file):
        return  # nbgrader makes a new one
    owners, versions = _read_gradebook(place)
    if versions is not None and versions != _schema_versions():
        raise GraderError(
            f"Cannot use gradebook {place.shown}: it was made by another version of nbgrader. "
            "Back it up, then run: nbgrader db upgrade"
        )
    others = sorted(set(owners.values()) - {course_id})
    taken = assignment is not None and owners.get(assignment, course_id) != course_id
    if others and (taken or course_id not in owners.values()):
        raise GraderError(
            f"Cannot use gradebook {place.shown}: it belongs to another course, "
            f"{' and '.join(map(repr, others))}, and this one is {course_id!r} ({CONFIG_FILE}). "
            f"If the course was renamed, put the old name back; otherwise {place.elsewhere}"
        )


def _place(url: str) -> _Place:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
    except ArgumentError:
        raise UsageError(
            f"Cannot use gradebook {without_password(url)!r}: it is not an address. Mend "
            "c.CourseDirectory.db_url in "
            f"{CONFIG_FILE}, or remove that line."
        ) from None
    if address.get_backend_name() == "sqlite":
        return _Place(url, address.database or "", Path(address.database or ""))
    return _Place(url, address.render_as_string(hide_password=True), None)


def _is_empty(file: Path) -> bool:
    return not file.exists() or (file.is_file() and file.stat().st_size == 0)


def _read_gradebook(place: _Place) -> tuple[dict[str, str], set[str] | None]:
    """Course of each assignment in it, and its schema's versions (None: it has no tables yet)."""
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(place.url)
        try:
            with engine.connect() as connection:
                tables = set(inspect(connection).get_table_names())
                if not tables:
                    return {}, None
                if not {"assignment", "notebook", "grade"} <= tables:
                    raise GraderError(
                        f"Cannot use gradebook {place.shown}: it is a database, but no gradebook of "
                        f"nbgrader's. If it is not needed here, {place.elsewhere}"
                    )
                if not {"alembic_version", "course"} <= tables:
                    return {}, set()
                rows = connection.execute(text("SELECT version_num FROM alembic_version"))
                versions = {row[0] for row in rows}
                rows = connection.execute(text("SELECT name, course_id FROM assignment"))
                return {row[0]: row[1] for row in rows}, versions
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        if "locked" in reason:
            remedy = "Another program is writing to it; wait until it has finished."
        elif place.file is not None:
            remedy = f"Restore it from a backup; if it holds no grades you need, {place.elsewhere}"
        else:
            remedy = "See that its server runs, and that its address and driver are right."
        raise GraderError(f"Cannot read gradebook {place.shown}: {reason}. {remedy}") from error


def _schema_versions() -> set[str]:
    """The version of the gradebook's schema that the installed nbgrader works with."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return set(ScriptDirectory(ALEMBIC_DIR).get_heads())
