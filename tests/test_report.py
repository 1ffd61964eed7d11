"""`grader report`: the page, the data and the table that an instructor gets, and what may not get into them."""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import inspect
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from grader import class_results
from grader.class_grades import held_by_gradebook
from grader.class_results import read_class
from grader.cli import main
from grader.course import Course, open_course
from grader.glance import glance
from grader.nbgrader_course import nbgrader_for
from grader.notebooks import dump
from grader.reading import TIMEOUT_ERROR, read_items, troubles
from grader.report import Report, make_report
from grader.report_data import document
from grader.report_page import page
from grader.results import Result, read_record
from grader.similarity import Pair, Shared, Similarity
from grader.spreadsheet import plain
from testcases import load_assignment
from testcases.core import faults
from testcases.core.fault_texts import FAULT_TEXTS

from .browser_support import CHROMIUM, chromium_page
from .report_support import (
    BACK,
    BACK_DROPOUT,
    COST,
    FORWARD,
    FULL,
    IDS,
    NAME,
    ON_TIME,
    TRAINING,
    WRITTEN,
    Hand,
    Page,
    put,
    records_of,
)

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = "=1+2|'x'!A1"
SCRIPT = "</code></pre><script src=https://evil.example/x.js></script>"
TURNED = "\u202etxt.exe"
DUE = ON_TIME + timedelta(hours=1)
DOCS = Path(__file__).parent.parent / "docs" / "report.md"

CLASS = (
    Hand("ada"),
    Hand("bob", {COST: 5.0}, mistakes={COST: "half-missing"}, notes=("It had another name.",)),
    Hand("cleo", {COST: 5.0, TRAINING: 5.0}, mistakes={COST: "half-missing", TRAINING: "no-end"}),
    Hand(
        "dan",
        {FORWARD: 0.0, BACK_DROPOUT: 0.0},
        verdicts={FORWARD: "timeout", BACK_DROPOUT: "not_attempted"},
        mistakes={FORWARD: "no-end", BACK_DROPOUT: "gap-left-empty"},
        handed_in=DUE + timedelta(days=1, hours=2, minutes=3),
    ),
    Hand("eve", problem="Cannot read regularization.ipynb: it is empty"),
    Hand(
        HOSTILE,
        {BACK: 0.0},
        mistakes={BACK: "a-name-nobody-knows"},
        messages={BACK: f"{SCRIPT}{TURNED}"},
        code={"backward_propagation_with_regularization": SCRIPT},
        notes=(f"{SCRIPT}",),
    ),
    Hand(FORMULA, notes=("@SUM(1)",), handed_in=None),
)
#: Everything right but the written answer.
MOST = sum(FULL) - FULL[-1]


@pytest.fixture(scope="module")
def class_template(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course
) -> Course:
    """The class above, and one who is not graded yet. Copy it, do not change it."""
    root = tmp_path_factory.mktemp("report") / "course"
    shutil.copytree(released_course_template.root, root)
    course = open_course(root)
    put(course, *CLASS)
    course.submitted("zoe", NAME).mkdir(parents=True)
    with sqlite3.connect(course.gradebook) as gradebook:
        gradebook.execute("UPDATE assignment SET duedate = ?", (f"{DUE}.000000",))
        gradebook.execute(
            "UPDATE submitted_notebook SET late_submission_penalty = 3 WHERE assignment_id ="
            " (SELECT id FROM submitted_assignment WHERE student_id = 'dan')"
        )
        gradebook.execute(
            "UPDATE grade SET manual_score = 8, needs_manual_grade = 1 WHERE auto_score IS NULL"
            " AND notebook_id = (SELECT submitted_notebook.id FROM submitted_notebook JOIN"
            " submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id WHERE student_id = 'ada')"
        )
    gradebook.close()
    for folder, time in ((course.autograded, "then"), (course.submitted, "later")):
        (folder("bob", NAME) / "timestamp.txt").write_text(f"2026-01-30 {time}")
    return course


@pytest.fixture
def course(tmp_path: Path, class_template: Course) -> Course:
    """The class, to be changed."""
    shutil.copytree(class_template.root, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture(scope="module")
def html(class_template: Course) -> str:
    """The page on the class."""
    return page(_report(class_template))


def _report(
    course: Course,
    before: Mapping[str, Result] | None = None,
    similarity: Similarity | None = None,
) -> Report:
    return make_report(course, read_class(course, NAME), ON_TIME, before, similarity)


def grader_report(course: Course, *options: str) -> int:
    return main(["report", "--course-dir", str(course.root), *options])


def test_the_page_needs_nothing_and_runs_nothing(html: str) -> None:
    """No script, no form, no frame, nothing fetched, no inline style; and a policy that forbids them."""
    found = Page(html)
    kinds = {tag for tag, _ in found.elements}
    assert not kinds & {"script", "iframe", "object", "embed", "form", "link", "base", "img"}
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag
        for name in ("src", "href", "xlink:href", "action", "poster", "data", "srcset"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [
        meta["content"] for meta in found.of("meta") if "http-equiv" in meta and meta["content"]
    ]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
    assert "unsafe" not in policy


def test_every_picture_says_what_it_shows_and_has_a_table(html: str) -> None:
    """Who does not see a picture reads its finding, and the numbers stand in a table."""
    pictures = Page(html).of("svg")
    assert pictures
    assert all(one["role"] == "img" and len(one["aria-label"] or "") > 40 for one in pictures)
    assert html.count("<figure>") * 2 == len(pictures)
    for section in re.findall("<section.*?</section>", html, re.DOTALL):
        assert section.count("<figure>") <= section.count("<table>")


def test_ids_on_the_page_are_unique_and_references_have_a_target(html: str) -> None:
    """Pictures that share a page do not take each other's patterns."""
    found = Page(html)
    ids = [attributes["id"] for _, attributes in found.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'(?:href="#|url\(#)([^")]*)', html)
    assert wanted
    assert set(wanted) <= set(ids)


def test_the_tables_of_the_page_hold_the_numbers(html: str) -> None:
    """What stands in the tables is what the class came to."""
    tables = Page(html).tables
    rows = {row[0]: row[1:] for row in tables["Items"][1:]}
    cost = "compute_cost_with_regularization"
    # points, mean, full, some, wrong, stopped, untouched, waiting; eve could not be run
    assert rows[cost] == ["15", f"{(4 * 15 + 2 * 5) / 6:.2f}", "4", "2", "0", "0", "0", "0"]
    assert rows["forward_propagation_with_dropout"][2:] == ["5", "0", "0", "1", "0", "0"]
    assert rows["backward_propagation_with_dropout"][2:] == ["5", "0", "0", "0", "1", "0"]
    assert rows["interpretation"] == ["10", "–", "0", "1", "0", "0", "0", "5"]
    assert ["Half missing half-missing", cost, "2", "33 %", "10"] in tables["Mistakes"]
    assert ["dan", "1 d 2 h", "3", "2026-01-31 20:03 UTC", "2026-01-30 18:00 UTC"] in tables[
        "Late work"
    ]
    assert [
        "dan",
        "forward_propagation_with_dropout",
        "did not end in time",
        "No end no-end",
        "0",
    ] in (tables["Time-outs and faults"])
    assert sum(int(row[-1]) for row in tables["Distribution of scores"][1:]) == len(CLASS) - 1
    assert tables["Not graded"][1:] == [["zoe", "it was not graded yet"]]
    rows = {row[0]: row[1:] for row in tables["Submissions that need attention"][1:]}
    assert rows["eve"][0] == "–"  # no score is not 0
    attention = {student: why for student, (_, why) in rows.items()}
    assert attention.keys() == {"bob", "eve"}
    assert "handed in again" in attention["bob"]
    assert "it is empty" in attention["eve"]


def test_the_finding_stands_at_the_top(html: str) -> None:
    """How many, mean and median, the item that costs most, the commonest mistake: in three sentences."""
    scores = [MOST + 8, MOST - 10, MOST - 15, MOST - 45 - 3, MOST - 20, MOST]
    text = Page(html).text
    assert (
        "8 students handed in; 1 could not be graded and 1 is not graded yet. Without these the mean score "
        f"is {sum(scores) / 6:.2f} of 100, the median {sum(sorted(scores)[2:4]) / 2:g}." in text
    )
    assert "The item that costs most is forward_propagation_with_dropout: on average 4.17" in text
    assert "The commonest mistake is “half missing”, at compute_cost_with_regularization: 2" in text
    assert "nothing to compare with yet" in text


def test_a_mistake_is_told_with_hint_note_and_example(html: str) -> None:
    """The catalogue's texts stand beside the mistake, and what one student wrote and read."""
    text = Page(html).text
    told = load_assignment(NAME).mistakes()["compute_cost_with_regularization"]["half-missing"]
    assert told.hint in text
    assert told.note.replace("`", "") in text
    assert "An example: bob" in text  # whose other answers are right


def test_hostile_texts_are_shown_and_nothing_more(html: str) -> None:
    """A name, a note, a message and code full of markup come out as text, and turn nothing around."""
    text = Page(html).text
    assert HOSTILE in text
    assert text.count(SCRIPT) >= 3  # code, message, note
    assert TURNED not in html
    assert "\\u202etxt.exe" in text
    assert "<script" not in html


def test_a_row_a_student_that_no_spreadsheet_takes_for_a_formula(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """The CSV holds every student once, and no cell of it begins as a formula does."""
    assert grader_report(course, "--format", "csv", "--output", "-") == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    students = [plain(row["student"]) for row in rows]
    assert students == sorted([*(hand.student for hand in CLASS), "zoe"])
    by_student = {row["student"]: row for row in rows}
    assert by_student["cleo"][f"{COST}_score"] == "5"
    assert by_student["cleo"][f"{COST}_mistake"] == "half-missing"
    assert by_student["dan"][f"{FORWARD}_verdict"] == "timeout"
    assert by_student["dan"]["penalty"] == "3"
    assert by_student["ada"][f"{WRITTEN}_score"] == "8"
    assert by_student["bob"][f"{WRITTEN}_score"] == ""  # nobody has read it
    assert by_student["zoe"]["status"] == "not_graded"
    assert by_student["zoe"]["notes"] == "it was not graded yet"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]


def test_every_fault_that_needs_no_formula_has_a_text() -> None:
    """Whatever name the judge gives to what can be seen of any function, the report has a hint for it."""
    constants = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(faults)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {text for text in constants if re.fullmatch("[a-z]+(-[a-z]+)+", text)}
    assert names
    assert names == set(FAULT_TEXTS)


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return {*value, *(key for inner in value.values() for key in _keys(inner))}
    if isinstance(value, list):
        return {key for inner in value for key in _keys(inner)}
    return set()


def test_every_key_of_the_data_is_documented(class_template: Course) -> None:
    """Whoever reads the JSON finds each of its keys in docs/report.md."""
    before = {r.student: r for r in read_class(class_template, NAME).results}
    before["ada"] = replace(before["ada"], score=1.0)
    data = document(_report(class_template, before, similarity=_similar("ada", "bob")))
    data.pop("noticed")  # its keys are students
    told = DOCS.read_text(encoding="utf-8")
    assert [key for key in sorted(_keys(data)) if f"`{key}`" not in told] == []


def test_the_data_are_those_of_the_class(course: Course) -> None:
    """The JSON is one object with the figures of the page."""
    file = course.root / "out.json"
    assert grader_report(course, "--format", "json", "--output", str(file)) == 1
    data = json.loads(file.read_text())
    assert data["students"]["handed_in"] == len(CLASS) + 1
    assert data["students"]["run"] == len(CLASS) - 1
    assert [item["grade_id"] for item in data["items"]] == list(IDS)
    assert data["late"]["students"][0]["seconds"] == 26 * 3600 + 180
    (waiting,) = data["waiting"]
    assert waiting["again"] == ["ada"]
    assert len(waiting["ungraded"]) == len(CLASS) - 2
    assert {one["name"]: one["count"] for one in data["mistakes"]}["half-missing"] == 2


def test_the_grades_are_read_as_one_by_one(class_template: Course) -> None:
    """All grades at once are the same as those that `grader grade` reads student by student."""
    with nbgrader_for(class_template) as nbgrader:
        found = held_by_gradebook(nbgrader.gradebook_url, nbgrader.course_id, NAME)
    with records_of(class_template) as records:
        assert {name: held.grades for name, held in found.items()} == {
            hand.student: records.grades(hand.student) for hand in CLASS
        }


def test_a_glance_at_a_notebook_sees_what_reading_it_does(class_template: Course) -> None:
    """Only what is needed of a file is parsed, and all that a result is made of is there."""
    items = load_assignment(NAME).items
    for hand in CLASS:
        text = (class_template.autograded(hand.student, NAME) / f"{NAME}.ipynb").read_text()
        whole = json.loads(text)
        slow = {
            "cell_type": "code",
            "source": "",
            "metadata": {},
            "outputs": [{"ename": TIMEOUT_ERROR}],
        }
        whole["cells"] = [*whole["cells"], {"source": "another\n]"}, slow]
        for raw in (dump(whole), json.dumps(whole), json.dumps(whole, indent=1)):
            seen = glance(raw.encode(), IDS)
            assert len(seen["cells"]) == len(whole["cells"])
            assert read_record(seen) == read_record(whole)
            readings = read_items(whole, items)
            assert read_items(seen, items) == readings
            assert troubles(seen, readings) == troubles(whole, readings)
    assert {} in glance(dump(whole).encode(), IDS)["cells"]
    with pytest.raises(json.JSONDecodeError):
        glance(dump(whole).encode()[:3000], IDS)


def test_several_processes_read_the_same(
    class_template: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large class is read by several processes, and comes out in the same order."""
    alone = read_class(class_template, NAME)
    monkeypatch.setattr(class_results, "_FEW", 1)
    monkeypatch.setattr(class_results, "_CHUNK", 3)
    assert read_class(class_template, NAME) == alone


def test_the_next_report_compares_with_the_one_before(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Results that have changed are told beside the former ones, also when the report is made again."""
    page_file = course.root / "reports" / f"{NAME}.html"
    before = page_file.with_name(f"{NAME}.before.jsonl")
    grader_report(course, "--format", "csv")
    assert not before.exists()
    put(course, replace(CLASS[1], points={}, mistakes={}))
    for options in (("--format", "csv"), ()):
        grader_report(course, *options)
    assert str(page_file) in capsys.readouterr().out
    found = Page(page_file.read_text())
    assert found.tables["Changed scores"][1:] == [
        ["bob", f"{MOST - 10:g}", f"{MOST:g}", "+10", "compute_cost_with_regularization"]
    ]
    moved = found.tables["Mistakes that became more or less frequent"][1:]
    assert moved == [["Half missing half-missing", "compute_cost_with_regularization", "2", "1"]]
    assert len(before.read_text().splitlines()) == len(CLASS)
    assert before.read_text() != page_file.with_name(f"{NAME}.jsonl").read_text()


def test_a_report_elsewhere_is_written_whether_or_not_it_can_be_kept(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where `reports` cannot be made, a file that was named is written all the same, and it is said."""
    (course.root / "reports").write_text("a file in its place")
    target = tmp_path / "out.csv"
    assert grader_report(course, "--format", "csv", "--output", str(target)) == 1
    assert target.read_text().startswith("student,")
    assert "The next report cannot compare with this one." in capsys.readouterr().err
    assert grader_report(course, "--format", "csv") == 1
    assert "Cannot make the folder" in capsys.readouterr().err


def test_what_was_kept_and_is_damaged_is_named(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A damaged file of former results is told with the remedy, and is not compared with."""
    kept = course.root / "reports" / f"{NAME}.jsonl"
    kept.parent.mkdir()
    kept.write_text("{\n")
    assert grader_report(course, "--format", "csv") == 2
    assert f"{kept} is damaged. Remove it" in capsys.readouterr().err


def test_before_names_another_grading(course: Course) -> None:
    """`--before FILE` takes the lines of `grader grade --json`, whatever was kept."""
    grader_report(course)
    lines = (course.root / "reports" / f"{NAME}.jsonl").read_text().splitlines()
    changed = {**json.loads(lines[1]), "score": 100.0}
    file = course.root / "old.jsonl"
    file.write_text(json.dumps(changed) + "\n\n")
    target = course.root / "out.json"
    grader_report(course, "--before", str(file), "--format", "json", "--output", str(target))
    moved = json.loads(target.read_text())["movement"]
    assert (moved["compared"], moved["fell"]) == (1, 1)
    assert len(moved["joined"]) == len(CLASS) - 2  # eve has no score, bob was there before


@pytest.mark.parametrize("lines", ["", "\n", json.dumps({"student": "nobody"})])
def test_before_with_nobody_of_this_class_is_told(
    lines: str, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the name of the earlier lines does not pass for a class in which nothing moved."""
    grader_report(course)
    kept = (course.root / "reports" / f"{NAME}.jsonl").read_text().splitlines()
    file = course.root / "old.jsonl"
    file.write_text(
        json.dumps({**json.loads(kept[1]), **json.loads(lines)}) if lines.strip() else lines
    )
    told = f"grader: Nothing is compared: nobody who has a score now has one in {file}."
    assert told not in capsys.readouterr().err
    grader_report(course, "--before", str(file))
    assert told in capsys.readouterr().err


Spoil = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda line: "{", "it is no JSON"),
        (lambda line: [1], "it is no JSON object"),
        (lambda line: {**line, "score": float("nan")}, "'score' is no number"),
        (lambda line: {**line, "score": True}, "'score' is no number"),
        (lambda line: {**line, "status": "fine"}, "'status' is 'fine'"),
        (lambda line: {**line, "assignment": "other"}, "it is of 'other'"),
        (lambda line: {**line, "items": [1]}, "an item is no JSON object"),
        (lambda line: {**line, "items": [{"mistake": 1, "verdict": "x"}]}, "'verdict' is 'x'"),
        (lambda line: {k: v for k, v in line.items() if k != "notes"}, "it has no 'notes'"),
        (lambda line: line, "was there before"),
    ],
)
def test_a_malformed_line_is_named(
    class_template: Course,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Spoil,
    told: str,
) -> None:
    """A file that is no result lines is wrong usage, told with file and line before anything is read."""
    good = {
        "student": "ada",
        "assignment": NAME,
        "status": "graded",
        "score": 1.0,
        "max_score": 100.0,
        "items": [],
        "notes": [],
        "digest": "d",
    }
    bad = spoil(good)
    file = tmp_path / "old.jsonl"
    file.write_text(json.dumps(good) + "\n" + (bad if isinstance(bad, str) else json.dumps(bad)))
    assert grader_report(class_template, "--before", str(file)) == 2
    error = capsys.readouterr().err
    assert f"{file}, line 2: " in error
    assert told in error


@pytest.mark.parametrize("typed", ["1e30", "9e999", "-1e12"])
def test_a_score_that_cannot_be_meant_is_named(
    typed: str, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """No mean of a class is made of one slip of the hand, and once it is mended, the report is there."""

    def type_in(what: str) -> None:
        with closing(sqlite3.connect(course.gradebook)) as database:
            first = "(SELECT min(id) FROM grade)"
            database.execute(
                f"UPDATE grade SET manual_score = ? WHERE id = {first}",  # noqa: S608
                (float(what),),
            )
            database.commit()

    type_in(typed)
    assert grader_report(course) == 1
    assert "which cannot be meant. Correct that in the formgrader." in capsys.readouterr().err
    type_in("1")
    assert grader_report(course) in (0, 1)
    assert "Report: " in capsys.readouterr().out


def test_nothing_graded_is_told(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a single result there is no report, and the message says what to do first."""
    released_course.submitted("ada", NAME).mkdir(parents=True)
    assert grader_report(released_course) == 1
    assert "nothing has been graded yet. Run: grader grade" in capsys.readouterr().err
    assert not (released_course.root / "reports").exists()


@pytest.mark.parametrize(
    "hands",
    [
        (Hand("ada"),),
        (Hand("ada"), Hand("bob"), Hand("cleo")),
        (Hand("eve", problem="it is empty"),),
    ],
    ids=["one student", "all scores equal", "none could be run"],
)
def test_a_class_of_which_little_can_be_said(released_course: Course, hands: tuple[Hand]) -> None:
    """One student, equal scores, or no notebook that could be run: a page all the same, without made-up figures."""
    put(released_course, *hands)
    report = _report(released_course)
    assert [one.discrimination for one in report.figures] == [None] * len(IDS)
    found = Page(page(report))
    rows = found.tables.get("Difficulty and discrimination", [])[1:]
    assert [row[2] for row in rows] == (
        [*["none"] * (len(IDS) - 1), "–"] if len(hands) == 3 else []
    )
    assert "No mistake was recognised." in found.text
    assert document(report)["scores"]["count"] == sum(hand.problem is None for hand in hands)


def _similar(first: str, second: str) -> Similarity:
    """One pair, which shares a comment."""
    comment = Shared("a_function", "comment", f"# {HOSTILE}", f"# {HOSTILE}", 2, 4.5)
    pair = Pair(first, second, 12.0, (comment,))
    return Similarity((pair,), 20, 10.0, 0.1, "By chance 1 in 9.", ("Nothing about the rest.",))


@pytest.mark.browser
def test_on_paper_everything_is_unfolded_but_long_code(html: str, tmp_path: Path) -> None:
    """No heading of a fold is left with nothing below it; and late work's dates are not cut on a phone."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    with chromium_page(viewport={"width": 360, "height": 800}) as screen:
        screen.goto(file.as_uri())
        late = "[...document.querySelectorAll('#late th, #late td, #late table')]"
        assert (
            screen.evaluate(f"Math.max(...{late}.map(e => e.getBoundingClientRect().right))") < 360
        )
        assert "deadline" in screen.evaluate(f"getComputedStyle({late}.at(-1), '::before').content")
        screen.emulate_media(media="print")
        hidden = screen.evaluate(
            "[...document.querySelectorAll('details > *')].filter(e => !e.checkVisibility())"
            ".map(e => e.closest('.example') ? 'example' : e.outerHTML.slice(0, 80))"
        )
        assert set(hidden) == {"example"}
        folds = screen.evaluate(
            "document.querySelectorAll('details:not(.example, .example *)').length"
        )
        assert folds > 5
        assert not screen.evaluate(
            "[...document.querySelectorAll('.example, .example *')].some(e => e.checkVisibility())"
        )


def test_answers_that_are_alike_have_their_place(class_template: Course) -> None:
    """Pairs are listed with what they share, as text, and with how far that can be trusted."""
    found = Page(page(_report(class_template, similarity=_similar("ada", HOSTILE))))
    assert "By chance 1 in 9." in found.text
    assert f"ada and {HOSTILE}" in found.text
    assert f"a_function: the comment `# {HOSTILE}` (nobody else)" in found.text
    assert "Nothing about the rest." in found.text


@pytest.mark.parametrize(("option", "compared"), [("--similar", True), ("--no-similar", False)])
def test_answers_are_compared_if_wanted(course: Course, option: str, compared: bool) -> None:
    """A class of this size is too small to compare, and the report says so; or that nobody asked."""
    file = course.root / "out.json"
    assert grader_report(course, "--format", "json", "--output", str(file), option) == 1
    similarity = json.loads(file.read_text())["similarity"]
    assert (similarity is not None) == compared
    if compared:
        assert "too few" in similarity["sentence"]


def test_a_report_is_for_its_owner(course: Course) -> None:
    """It names students and shows their code: nobody else on the machine may read what was written."""
    assert grader_report(course) == 1
    modes = {file.name: file.stat().st_mode & 0o777 for file in (course.root / "reports").iterdir()}
    assert modes == {f"{NAME}.html": 0o600, f"{NAME}.jsonl": 0o600}
