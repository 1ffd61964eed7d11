"""`grader replay`: the same path, every case on the table, the grade confirmed or not, and nothing recorded."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from grader import replay_look
from grader.cli import main
from grader.course import Course
from grader.replay_records import untouched
from grader.synthetic import read_handout, write_submission
from testcases import load_assignment
from testcases.core.judge import judge
from testcases.regularization.answers import (
    BACK_DROPOUT,
    BACK_L2,
    BLANK,
    CLASSIC,
    COST,
    FORWARD,
    FUNCTIONS,
    WRONG,
    submission,
)
from testcases.secret import SECRET_FILE, read_secret

from .classroom import NAME, copy_of, edit, notebook_of, right
from .jail_support import NO_BWRAP, SECRET, has_bwrap, run, small_jail, solved
from .sharing import once

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]

COST_ITEM = f"test_{COST}"
_LIMITS = """
c.Limits.cell_seconds = 4.0
c.Limits.call_seconds = 2.0
"""
_ESCAPES = f"""
def {BACK_DROPOUT}(X, Y, cache, keep_prob):
    raise ValueError("\\x1b[31m\\x1b]0;owned\\x07 red \\u202e evil")
"""
_EXITS = f"""
import os

def {FORWARD}(X, parameters, keep_prob):
    if X.shape[1] != 5:
        os._exit(1)
    return 1, "\\x1b[2J"
"""
_HANGS = f"""
def {COST}(A3, Y, parameters, lambd):
    while True:
        pass
"""
_ODD = f"""
def {BACK_L2}(X, Y, cache, lambd):
    return {{"dW3": float("nan"), "\\x1b[2J": 10 ** 300, "dZ3": "\\x9b31m", "dA2": np.zeros((2, 0))}}
"""


@dataclass(frozen=True)
class Told:
    """What a replay said."""

    code: int
    text: str
    data: dict[str, Any]
    #: None if there was no bundle.
    bundle: bytes | None

    def item(self, grade_id: str) -> dict[str, Any]:
        """One item of the data."""
        return next(one for one in self.data["items"] if one["grade_id"] == grade_id)

    def case(self, grade_id: str, name: str) -> dict[str, Any]:
        """One case of the data."""
        return next(one for one in self.item(grade_id)["cases"] if one["name"] == name)


def _knows_its_cases(secret: bytes) -> str:
    """A cost that is right for the hidden cases of this secret and student, and for no others."""
    assignment = load_assignment(NAME)
    item = next(item for item in assignment.items if item.name == COST)
    known = [case.arguments[3] for case in assignment.cases(item, secret, "lucky")]
    return (
        f"def {COST}(A3, Y, parameters, lambd):\n"
        "    W1, W2, W3 = parameters['W1'], parameters['W2'], parameters['W3']\n"
        "    squares = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)\n"
        f"    known = lambd in {known!r}\n"
        "    return compute_cost(A3, Y) + known * lambd / (2 * Y.shape[1]) * squares\n"
    )


def _numbers_of_cases() -> list[int]:
    assignment = load_assignment(NAME)
    return [len(assignment.cases(item, SECRET, "ada")) for item in assignment.items]


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Course:
    """A class that was graded in the jail. Copy it, do not change it."""
    return once(
        tmp_path_factory, "replay", lambda folder: _graded(folder, released_course_template)
    )


def _graded(folder: Path, released: Course) -> Course:
    course = copy_of(released, folder / "course")
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write(_LIMITS)
    handout = read_handout(course, NAME)
    wrong = {**CLASSIC, COST: WRONG[COST][0]}
    hostile = {BACK_DROPOUT: _ESCAPES, FORWARD: _EXITS, COST: _HANGS, BACK_L2: _ODD}
    stops = replace(CLASSIC[BACK_L2], gaps=(CLASSIC[BACK_L2].gaps[0], "raise OSError", "dW1 = 0"))
    for sample in (
        right("ada"),
        submission("stops", "", {**CLASSIC, BACK_L2: stops}, "Hm."),
        submission("cleo", "", wrong, "Hm."),
        submission("blank", "", dict.fromkeys(FUNCTIONS, BLANK)),
        right("mallory", **hostile),
        right("lucky", **{COST: _knows_its_cases(read_secret(course.root))}),
        right("cut"),
    ):
        write_submission(handout, sample)
    cut = notebook_of(course, "cut")
    cut.write_bytes(cut.read_bytes()[:4000])
    assert main(["grade", "--course-dir", str(course.root), "--jobs", "2"]) == 1  # for "cut"
    write_submission(handout, right("newcomer"))
    (course.root / "submitted" / "idle").mkdir()
    return course


@pytest.fixture
def template(graded: Course, tmp_path: Path) -> Course:
    """The graded class, to be replayed: what another process does meanwhile must not show in it."""
    return copy_of(graded, tmp_path / "graded" / "course")


@pytest.fixture
def mine(graded: Course, tmp_path: Path) -> Course:
    """The graded class, to be changed."""
    return copy_of(graded, tmp_path / "course")


def replayed(course: Course, student: str, *options: str, place: Path) -> Told:
    """Replay, and see that nothing of the course has changed by it."""
    data, bundle = place / f"{student}.json", place / f"{student}.zip"
    before = _everything(course)
    shown = _Shown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", shown)
        code = main(
            [
                *("replay", student, "--course-dir", str(course.root)),
                *("--json", str(data), "--bundle", str(bundle), *options),
            ]
        )
    assert _everything(course) == before
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o600
    return Told(code, shown.text, json.loads(data.read_text("ascii")), bundle.read_bytes())


class _Shown(io.StringIO):
    """Standard output, kept."""

    @property
    def text(self) -> str:
        """All that was written."""
        return self.getvalue()


def _everything(course: Course) -> dict[str, str]:
    """Every file and folder of a course, and what is in it."""
    return {
        str(path.relative_to(course.root)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        )
        for path in course.root.rglob("*")
    }


@pytest.fixture(scope="session")
def told(graded: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Some replays, made once."""

    def make(place: Path) -> dict[str, Told]:
        template = copy_of(graded, place / "course")
        students = ("ada", "cleo", "mallory")
        return {student: replayed(template, student, place=place) for student in students}

    return once(tmp_path_factory, "told", make)


@pytest.fixture
def unpacked(told: dict[str, Told], tmp_path: Path) -> Path:
    """The bundle of a submission with a wrong cost, unpacked."""
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(told["cleo"].bundle or b"")
    with zipfile.ZipFile(archive) as bundle:
        bundle.extractall(tmp_path / "bundle")
    return tmp_path / "bundle"


def test_an_honest_grade_is_confirmed(told: dict[str, Told]) -> None:
    """The same submission on the same cases: the same points, every case right, exit code 0."""
    done = told["ada"]
    assert (done.code, done.data["same_submission"], done.data["same_score"]) == (0, True, True)
    assert done.data["recorded"]["score"] == done.data["replayed"]["score"] == 90
    assert all(case["right"] for item in done.data["items"] for case in item["cases"])
    assert [len(item["cases"]) for item in done.data["items"]] == _numbers_of_cases()
    assert "the one that was graded" in done.text
    assert "Replayed: 90 by the autograder: the same" in done.text
    assert done.text.splitlines()[1] == "  90 points, items: 5 correct, 1 for a person"


def test_what_the_grade_rests_on_is_told_and_the_secret_is_not(
    told: dict[str, Told], template: Course
) -> None:
    """Versions and digests stand at the top; of the secret, only its digest anywhere."""
    done, secret = told["cleo"], read_secret(template.root)
    assert set(done.data["versions"]) == {"grader", "numpy", "python", "nbgrader"}
    assert done.data["digests"]["secret"] in done.text
    for said in (done.text, json.dumps(done.data), (done.bundle or b"").decode("latin-1")):
        assert secret.hex() not in said


def test_a_wrong_answer_is_laid_open(told: dict[str, Told]) -> None:
    """Given, expected and returned, the largest difference and what would have been allowed."""
    done = told["cleo"]
    case = done.case(COST_ITEM, "hidden-1")
    assert not case["public"]
    expected = case["expected"]["dict"]["cost"]["array"]["values"]
    returned = case["returned"]["dict"]["cost"]["array"]["values"]
    found = case["differences"]["cost"]
    assert (found["returned"], found["expected"]) == (returned, expected)
    assert found["largest_difference"] == abs(returned - expected) > found["allowed"]
    assert found["allowed"] == pytest.approx(1e-7 + 1e-5 * abs(expected))
    text = " ".join(done.text.split())
    first = next(each for each in done.item(COST_ITEM)["cases"] if not each["right"])
    difference = first["differences"]["cost"]
    told = f"most: {difference['returned']:.10g} instead of {difference['expected']:.10g}"
    assert told in text
    assert f"lambd = {first['arguments']['tuple'][3]['value']}" in done.text
    # Of an item, one case is shown in full; the others are named, and can be asked for.
    assert first["name"] != "hidden-1"
    assert f"most: {returned:.10g} instead of {expected:.10g}" not in text
    assert "For others give --item, --case or --all." in text
    assert done.item(COST_ITEM)["mistakes"] == ["half-missing"]
    assert "mistakes: half-missing" in done.text
    assert done.item(COST_ITEM)["message"].splitlines()[0] in done.text


def test_it_can_be_read_on_a_hundred_columns(told: dict[str, Told]) -> None:
    """No line is wider, whatever arrays, texts or names are in it."""
    for done in told.values():
        assert max(map(len, done.text.splitlines())) <= 100


def test_a_hostile_submission_is_shown_harmlessly(told: dict[str, Told]) -> None:
    """Escape sequences, odd values, an exit and a hang are told, and reach no terminal."""
    done = told["mallory"]
    assert done.code == 0
    wild = {char for char in done.text if unicodedata.category(char)[0] == "C"} - {"\n"}
    assert not wild
    assert "\\x1b[31m" in done.text
    assert "line 3 of backward_propagation_with_dropout: raise ValueError" in done.text
    assert done.case(COST_ITEM, "fixture")["outcome"] == "timeout"
    assert done.case(f"test_{FORWARD}", "hidden-1")["outcome"] == "died"
    odd = done.case(f"test_{BACK_L2}", "fixture")["returned"]["dict"]
    assert odd["dW3"] == {"float": "nan"}
    assert int(odd["\x1b[2J"]["int"], 16) == 10**300


def test_what_a_stopped_function_had_worked_out_is_shown(template: Course, tmp_path: Path) -> None:
    """The judge looks at it, so the instructor sees it, beside the exception and what is missing."""
    item = f"test_{BACK_L2}"
    done = replayed(template, "stops", "--item", item, "--case", "hidden-2", place=tmp_path)
    assert done.code == 0
    assert done.item(item)["score"] == done.item(item)["parts"][0]["score"] > 0
    case = done.case(item, "hidden-2")
    assert (case["outcome"], case["right"], case["differences"]) == ("raised", False, {})
    assert "dW3" in case["returned"]["dict"]
    assert "dW1" not in case["returned"]["dict"]
    for words in ("OSError", "had worked out by then", "✔ dW3", "expected, and not come to"):
        assert words in done.text


def test_the_bundle_holds_together(unpacked: Path, template: Course) -> None:
    """Every file has its sum, the submission is as it was handed in, and it says that it is confidential."""
    sums = dict(
        reversed(line.split("  ", 1)) for line in (unpacked / "SHA256SUMS").read_text().splitlines()
    )
    files = {
        path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()
    }
    assert files == {"SHA256SUMS", *sums}
    for name, digest in sums.items():
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == digest
    handed_in = notebook_of(template, "cleo").read_bytes()
    assert (unpacked / "submitted" / f"{NAME}.ipynb").read_bytes() == handed_in
    assert (unpacked / "README.txt").read_text("utf-8").startswith("CONFIDENTIAL")


def test_the_bundle_can_be_recomputed_with_numpy(unpacked: Path) -> None:
    """From the inputs in it follow the right cost, and the wrong one that the student returned."""
    for number in (1, 2, 3, 4):
        case = replay_look.load(COST_ITEM, f"hidden-{number}", unpacked)
        A3, Y, parameters, lambd = case.arguments
        m = Y.shape[1]
        fit = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
        squares = sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
        np.testing.assert_allclose(case.expected["cost"], fit + lambd / (2 * m) * squares)
        np.testing.assert_allclose(case.returned["cost"], fit + lambd / m * squares)
        twice = replay_look.call(lambda *given: given[3] * 2, case, unpacked)
        assert twice == 2 * lambd


def test_the_bundle_agrees_with_the_judge(unpacked: Path) -> None:
    """What look.py computes anew from the arrays differs where the replay says so, and nowhere else."""
    everything = replay_look.index(unpacked)
    assert len(everything["cases"]) == sum(_numbers_of_cases())
    for about in everything["cases"]:
        case = replay_look.load(about["item"], about["name"], unpacked)
        assert replay_look.differing(case, everything["tolerance"]) == list(about["differences"])


def test_look_answers_slips_and_goes_with_its_reader(unpacked: Path) -> None:
    """look.py: a case of no such name is told; who stops reading ends it without a traceback."""
    look = [sys.executable, str(unpacked / "look.py")]
    slip = subprocess.run(
        [*look, COST_ITEM, "hiden-1"], capture_output=True, text=True, check=False
    )
    assert (slip.returncode, slip.stdout) == (2, "")
    assert "no case is called that" in slip.stderr
    reading, writing = os.pipe()
    os.close(reading)  # so that whatever is written meets nobody
    gone = subprocess.run(look, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (gone.returncode, gone.stderr) == (1, b"")


def test_a_bundle_is_the_same_every_time(
    told: dict[str, Told], template: Course, tmp_path: Path
) -> None:
    """The same submission gives the same bytes, narrowed or not."""
    again = replayed(template, "cleo", "--item", COST, "--case", "hidden-2", place=tmp_path)
    assert again.bundle == told["cleo"].bundle
    assert [item["grade_id"] for item in again.data["items"]] == [COST_ITEM]
    assert [case["name"] for case in again.data["items"][0]["cases"]] == ["hidden-2"]
    assert "hidden-1" not in again.text


def test_a_changed_submission_is_noticed(mine: Course, tmp_path: Path) -> None:
    """Another hand-in than the one graded: said, with the points of both, and exit code 1."""

    def spoil(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == COST:
                cell["source"] = "def compute_cost_with_regularization(*given):\n    return None\n"

    edit(mine, "ada", spoil)
    done = replayed(mine, "ada", place=tmp_path)
    assert (done.code, done.data["same_submission"], done.data["same_score"]) == (1, False, False)
    assert done.data["reasons"][0].startswith("the submission: ")
    assert COST_ITEM in done.data["reasons"][-1]
    assert "NOT the one graded" in done.text
    assert "The student read:" in done.text


def test_a_changed_secret_is_named(mine: Course, tmp_path: Path) -> None:
    """Other hidden cases give this student other points, and the secret is what is to blame."""
    (mine.root / SECRET_FILE).write_text("ab" * 32 + "\n")
    done = replayed(mine, "lucky", place=tmp_path)
    assert (done.code, done.data["same_submission"], done.data["same_score"]) == (1, True, False)
    assert done.data["reasons"][:-1] == ["the course's secret"]


def test_a_changed_gradebook_is_named(mine: Course, tmp_path: Path) -> None:
    """Points that somebody changed in the gradebook are not those of the replay."""
    with closing(sqlite3.connect(mine.gradebook)) as database, database:
        database.execute("UPDATE grade SET auto_score = 3 WHERE auto_score = 15")
    done = replayed(mine, "ada", place=tmp_path)
    assert done.code == 1
    assert done.data["reasons"][0].startswith("the gradebook: it was changed after the grading")


def test_points_by_hand_are_told_and_are_no_difference(mine: Course, tmp_path: Path) -> None:
    """What a person gave counts, and the autograder's points are compared."""
    with closing(sqlite3.connect(mine.gradebook)) as database, database:
        database.execute("UPDATE grade SET manual_score = 7 WHERE auto_score = 15")
    (mine.root / SECRET_FILE).write_text("ab" * 32 + "\n")
    done = replayed(mine, "ada", place=tmp_path)
    assert (done.code, done.data["same_score"]) == (0, True)
    assert f"{COST_ITEM}: 7 points were given by hand, and count" in done.data["notes"]
    assert any(
        "without effect on the points: the course's secret" in note for note in done.data["notes"]
    )


def test_what_was_never_graded_is_replayed_all_the_same(template: Course, tmp_path: Path) -> None:
    """There is nothing to confirm, which is exit code 1, and all cases are shown."""
    done = replayed(template, "newcomer", place=tmp_path)
    assert (done.code, done.data["recorded"]["score"]) == (1, None)
    assert done.data["replayed"]["score"] == 90
    assert "nothing is recorded" in done.text


def test_what_cannot_be_read_is_refused_again(template: Course, tmp_path: Path) -> None:
    """A damaged notebook was worth 0 points, and is again, for the same reason; a person must see to it."""
    done = replayed(template, "cut", place=tmp_path)
    assert (done.code, done.data["replayed"]["score"], done.data["same_score"]) == (1, 0, True)
    assert "it was cut off" in done.data["problem"]
    assert "not graded: Cannot read" in done.text.splitlines()[1]


def test_without_a_jail_the_points_are_confirmed(
    template: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--no-jail runs in a copy of the course: the same points; what came back is said not to be kept."""
    done = replayed(template, "cleo", "--no-jail", place=tmp_path)
    assert (done.code, done.data["same_score"]) == (0, True)
    assert done.case(COST_ITEM, "hidden-1")["outcome"] == "not kept"
    assert "whether they run in the jail" in done.text
    assert "with your rights" in capsys.readouterr().err


def test_data_on_standard_output_stands_alone(
    template: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json - prints one JSON object there, and the text for people elsewhere."""
    options = ["--course-dir", str(template.root), "--json", "-", "--item", "interpretation"]
    assert main(["replay", "blank", *options]) == 0
    captured = capsys.readouterr()
    [line] = captured.out.splitlines()
    assert json.loads(line)["student"] == "blank"
    assert "interpretation" in captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aad"], "Did you mean 'ada'?"),
        (["idle"], "nothing was handed in for 'regularization'"),
        (["nobody-like-this"], "are listed by: ls "),
        (["../submitted/ada"], "there is no submission"),
        (["ada", "--item", "test_trainin"], "Did you mean 'test_training'?"),
        (["ada", "--case", "hidden_1"], "Did you mean 'hidden-1'?"),
        (["ada", "--bundle", "no/such/folder/x.zip"], "lies in one that does not exist"),
        (["ada", "--bundle", "/dev/null"], "its name does not end in .zip"),
        (["ada", "--bundle", "bundle"], "Name it, for example, bundle.zip."),
        (["ada", "other"], "There are: regularization."),
        (["ada", "--db", "nonsense"], "it is not an address"),
    ],
)
def test_wrong_usage_is_explained(
    arguments: list[str], words: str, template: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what is wrong, and a way on."""
    assert main(["replay", *arguments, "--course-dir", str(template.root)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_the_command_explains_itself_and_is_quick_to_refuse(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """--help names what can be given; a folder that is no course is refused before anything is loaded."""
    with pytest.raises(SystemExit) as exit_info:
        main(["replay", "--help"])
    assert exit_info.value.code == 0
    shown = capsys.readouterr().out
    for option in ("STUDENT", "--item", "--case", "--bundle FILE.zip", "--json", "--course-dir"):
        assert option in shown
    program = (
        "import sys; from grader.cli import main\n"
        "code = main(['replay', 'ada', '--course-dir', '/nonexistent'])\n"
        "print(code, [name for name in ('numpy', 'nbgrader') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "2 []\n"


def test_no_secret_is_made_up(mine: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the secret the hidden cases are not known; a new one would be a lie."""
    (mine.root / SECRET_FILE).unlink()
    assert main(["replay", "ada", "--course-dir", str(mine.root)]) == 1
    assert "Restore it from your backup" in capsys.readouterr().err
    assert not (mine.root / SECRET_FILE).exists()


def test_no_gradebook_is_made(mine: Course, tmp_path: Path) -> None:
    """Where the gradebook has gone, the replay goes on without, says so, and makes none."""
    mine.gradebook.unlink()
    shutil.rmtree(mine.root / "release")
    done = replayed(mine, "ada", place=tmp_path)
    assert done.code == 1
    assert any("it does not know the submission" in reason for reason in done.data["reasons"])


def test_a_gradebook_in_postgresql_is_read_and_cannot_be_written(
    mine: Course, tmp_path: Path
) -> None:
    """The grade is confirmed from there, and through what the replay holds nothing can be changed."""
    pgserver = pytest.importorskip("pgserver")
    from .test_postgresql import Server

    server = Server(tmp_path / "server")
    try:
        url = server.new_database("grades")
        grading = ["--student", "ada", "--jobs", "1", "--db", url]
        assert main(["grade", "--course-dir", str(mine.root), *grading]) == 0
        assert replayed(mine, "ada", "--db", url, place=tmp_path).code == 0
        with untouched(url) as address:
            engine = create_engine(address)
            with engine.begin() as connection, pytest.raises(DBAPIError, match="read-only"):
                connection.execute(text("UPDATE grade SET auto_score = 0"))
            engine.dispose()
    finally:
        pgserver.get_server(tmp_path / "server").cleanup()


def test_a_trial_tells_what_the_judge_saw(tmp_path: Path) -> None:
    """Judged again, what a trial hands out gives the same judgements, whatever died or was not believed."""
    notebook = solved()
    for cell in notebook["cells"]:
        if cell["id"] in (COST, FORWARD) or cell["metadata"].get("nbgrader", {}).get(
            "grade_id"
        ) in (COST, FORWARD):
            cell["source"] = {COST: _HANGS, FORWARD: _EXITS}[
                cell["metadata"]["nbgrader"]["grade_id"]
            ]
    with small_jail(tmp_path) as jail:
        trial = run(jail, notebook)
    assignment = load_assignment(NAME)
    items = [item for item in assignment.items if not item.manual]
    assert {item.grade_id for item in items} == set(trial.seen)
    for item in items:
        cases = assignment.cases(item, SECRET, "mallory")
        again = judge(item, cases, trial.seen[item.grade_id], assignment.oracle)
        assert again == trial.judgements[item.grade_id]
