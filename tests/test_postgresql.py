"""The gradebook in a real PostgreSQL: the same lines as with SQLite, also when its server goes and comes back."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

import grader.batch
import grader.database
from grader.cli import main
from grader.course import Course
from testcases.regularization.answers import COST
from tests.classroom import NAME, cell_of, copy_of, edit
from tests.fault_support import (
    Run,
    Undisturbed,
    grade_here,
    in_gradebook,
    recorded,
    run_here,
    undisturbed,
    until,
    written,
)
from tests.jail_support import NO_BWRAP, has_bwrap
from tests.sharing import in_turn

pgserver = pytest.importorskip("pgserver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]

#: It is not asked for, and must not be shown.
PASSWORD = "xyzzy-password"  # noqa: S105


class Server:
    """A PostgreSQL of one's own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._server = pgserver.get_server(folder)
        self._folder = folder

    def new_database(self, name: str) -> str:
        """The address of an empty database."""
        address = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        mine = address.set(database=name, password=PASSWORD)
        return mine.render_as_string(hide_password=False)

    def stop(self) -> None:
        """Stop at once, as after a power cut: connections break, nothing is finished."""
        user = self._server.system_user
        pgserver.pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._folder, user=user)

    def start(self) -> None:
        """Start, and wait until it is there."""
        self._server.ensure_postgres_running()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for this file.

    As root it is another user's, whom it may have to make first, and for whom pytest's own folder is
    closed whenever somebody else begins to run tests.
    """
    with tempfile.TemporaryDirectory(prefix="tests-postgresql-") as place:
        folder = Path(place) / "data"
        folder.mkdir()
        with in_turn(tmp_path_factory, "postgresql"):
            server = Server(folder)
        yield server
        pgserver.get_server(folder).cleanup()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Undisturbed:
    """The class, graded without any disturbance, with SQLite."""
    return undisturbed(tmp_path_factory, released_course_template)


@pytest.fixture
def mine(calm: Undisturbed, tmp_path: Path) -> Course:
    """A course of one's own in which everybody has handed in, without a gradebook."""
    course = copy_of(calm.handed_in, tmp_path / "course")
    course.gradebook.unlink()
    return course


def test_whole_class_comes_out_as_with_sqlite(
    mine: Course,
    calm: Undisturbed,
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A fresh database is set up once; lines, notebooks and rows are the same; no password is shown."""
    url = server.new_database("whole")
    run = Run(mine, tmp_path / "tmp", "--db", url)
    assert run.wait() == 1, run.said
    assert run.lines == calm.lines
    assert written(mine) == written(calm.graded)
    assert in_gradebook(url) == in_gradebook(calm.graded)
    assert PASSWORD not in run.said
    assert "postgresql+psycopg://postgres:***@" in run.said
    assert not mine.gradebook.exists()
    assert grade(mine, url) == (1, calm.parsed)
    assert "0 of them graded now" in capsys.readouterr().out


def test_address_in_the_configuration_is_honoured(
    mine: Course,
    calm: Undisturbed,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """nbgrader's own db_url needs no option, and nbgrader reads the grades there."""
    url = server.new_database("configured")
    with mine.config_file.open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    grade_here(monkeypatch)
    assert grade(mine) == (1, calm.parsed)
    captured = capsys.readouterr()
    assert PASSWORD not in captured.out + captured.err
    assert in_gradebook(url) == in_gradebook(calm.graded)
    from nbgrader.api import Gradebook

    with Gradebook(url, "regularization-course") as gradebook:
        submission = gradebook.find_submission(NAME, "ada")
        assert submission.score == 90
        assert submission.needs_manual_grade


def test_restart_in_the_middle_loses_nothing(
    mine: Course, calm: Undisturbed, server: Server, tmp_path: Path
) -> None:
    """The server breaks off every connection and comes back: who was being recorded is, afterwards."""
    url = server.new_database("restarted")
    run = Run(mine, tmp_path / "tmp", "--db", url, jobs=1)
    until(lambda: recorded(mine) >= 2)
    server.stop()
    time.sleep(1)  # so that somebody needs it meanwhile
    assert recorded(mine) < 8
    server.start()
    assert run.wait() == 1, run.said
    assert run.lines == calm.lines
    assert written(mine) == written(calm.graded)
    assert in_gradebook(url) == in_gradebook(calm.graded)


def grade(course: Course, url: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and result lines of a run in this process."""
    target = course.root / "lines.jsonl"
    target.unlink(missing_ok=True)
    options = ["--course-dir", str(course.root), "--jobs", "1", "--json", str(target)]
    code = main(["grade", *options, *([] if url is None else ["--db", url])])
    return code, [json.loads(line) for line in target.read_text().splitlines()]


def test_server_that_stays_away_is_told_and_a_second_run_mends_it(
    mine: Course,
    calm: Undisturbed,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who was recorded stays, the others' notes name the cause, and no password is in them."""
    url = server.new_database("away")

    def run_all(*arguments: Any, **more: Any) -> Iterator[tuple[Any, Any]]:
        for number, pair in enumerate(run_here(*arguments, **more)):
            if number == 2:
                server.stop()
            yield pair

    grade_here(monkeypatch, run_all)
    monkeypatch.setattr(grader.database, "PATIENCE", 0.5)
    code, lines = grade(mine, url)
    server.start()
    assert code == 1
    assert [line["status"] for line in lines[:2]] == ["graded", "graded"]
    for line in lines[2:]:
        assert line["status"] == "needs_attention"
        assert line["notes"][0].startswith("not graded this time: the gradebook: connection")
        assert "run again" in line["notes"][0]
    captured = capsys.readouterr()
    assert PASSWORD not in captured.out + captured.err + json.dumps(lines)
    assert "Traceback" not in captured.err
    grade_here(monkeypatch)
    _, lines = grade(mine, url)
    assert [json.dumps(line) for line in lines] == calm.lines.splitlines()


def test_server_that_is_not_there_is_one_clear_error(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is graded without a gradebook; the cause is named, the password is not."""
    address = f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:9/grades"
    assert main(["grade", "--course-dir", str(mine.root), "--db", address]) == 1
    error = capsys.readouterr().err
    assert "Cannot read gradebook postgresql+psycopg://me:***@127.0.0.1:9/grades" in error
    assert "See that its server runs" in error
    assert main(["grade", "--course-dir", str(mine.root), "--db", f"me:{PASSWORD}@host"]) == 2
    assert PASSWORD not in error + capsys.readouterr().err


def test_better_work_replaces_the_score_there_too(
    mine: Course, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Updating rows works as inserting them does."""
    grade_here(monkeypatch)
    url = server.new_database("again")
    assert {line["student"]: line["score"] for line in grade(mine, url)[1]}["ada"] == 90
    edit(mine, "ada", lambda notebook: cell_of(notebook, COST).update(source="pass"))
    assert {line["student"]: line["score"] for line in grade(mine, url)[1]}["ada"] == 70
