"""The report's page for those who read it: sentences for classes of any size, names, numbers, pictures, one place a mistake."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from grader.class_results import read_class
from grader.cli import main
from grader.course import Course
from grader.feedback_given import read_given
from grader.page_style import page_style
from grader.report import Report, make_report
from grader.report_carried import Carried, carried, explained
from grader.report_data import csv_text, document
from grader.report_item_figures import items_picture, quality_picture
from grader.report_movement import movement
from grader.report_page import page
from grader.report_sentences import on_carried
from grader.report_sheet import spread
from grader.report_statistics import ItemFigures, mistake_figures
from grader.scores import score_of
from grader.title import title_of
from grader.words import coefficient, listed, percent, points
from testcases import load_assignment

from .browser_support import CHROMIUM, chromium_page
from .report_support import (
    BACK,
    COST,
    FORWARD,
    IDS,
    ITEMS,
    NAME,
    ON_TIME,
    TRAINING,
    WRITTEN,
    Hand,
    Page,
    item_result,
    put,
    result_of,
)

#: Two make the same mistake in a function and in the training, one in the training alone; one stops.
MADE = (
    Hand("ada", {FORWARD: 12.5, TRAINING: 5.0}, mistakes={FORWARD: "half", TRAINING: "half"}),
    Hand("bob", {FORWARD: 12.5, TRAINING: 6.0}, mistakes={FORWARD: "half", TRAINING: "half"}),
    Hand("cleo", {TRAINING: 1.0}, mistakes={TRAINING: "half"}),
    Hand("dan", {FORWARD: 10.0}, mistakes={FORWARD: "half"}),
)
VOID = Hand("eve", problem="it is empty")
#: The cell of the item `FORWARD`.
FUNCTION = "forward_propagation_with_dropout"
#: What no sentence may say, of one or of nothing.
SILLY = (
    r"\b1 (students|submissions|mistakes|points|answers|items|scores|others|rarer mistakes)\b",
    r"\b1 (more mistakes|need|have|were) ",
    r"between ([\d.]+) and \1 ",
    r"\b0 (need|students|submissions|could|were|rose|fell)",
    r"All 1 |all 1 |Of the 1 submissions",
)


def _report(course: Course, *hands: Hand) -> Report:
    put(course, *hands)
    return make_report(course, read_class(course, NAME), ON_TIME)


def _text(report: Report) -> str:
    return " ".join(Page(page(report)).text.split())


@pytest.mark.parametrize(
    ("hands", "told"),
    [
        ((VOID,), "1 student handed in; the submission could not be graded, so there is no score."),
        ((VOID, replace(VOID, student="fay")), "2 could not be graded, so nobody has a score."),
        ((MADE[2],), "1 student handed in; the score is 81 of 100. "),
        ((MADE[0], MADE[2]), "The two scores are 72.5 and 81 of 100 points."),
        ((Hand("ada"), Hand("bob")), "Both students have 90 of 100 points."),
        (MADE[:3], "The three scores are 72.5, 73.5 and 81 of 100 points."),
        ((*MADE, VOID), "1 could not be graded. Without this one the mean score is 75.5 of 100"),
        (tuple(map(Hand, "abcd")), "All 4 students have 90 of 100 points."),
        (
            (*map(Hand, "abcdef"), MADE[2]),
            "Half of the class or more has 90 of 100 points. The lowest score is 81,",
        ),
    ],
    ids=["void", "voids", "one", "two", "equal", "three", "four", "all", "most"],
)
def test_sentences_fit_a_class_of_any_size(
    released_course: Course, hands: tuple[Hand, ...], told: str
) -> None:
    """What is said of none, one, two or three students is what a person would say, and the plural is right."""
    report = _report(released_course, *hands)
    text = _text(report)
    assert told in text
    for pattern in SILLY:
        assert not re.search(pattern, text), pattern
    found = Page(page(report))
    links = {one["href"][1:] for one in found.of("a") if one.get("href")}  # type: ignore[index]
    assert links <= {one["id"] for _, one in found.elements if "id" in one}
    json.dumps(document(report), allow_nan=False)


def test_a_mistake_is_told_where_it_was_made(released_course: Course) -> None:
    """What a training shows of a function's mistake is told at the function, and is counted once."""
    report = _report(released_course, *MADE)
    cards = {(card.figures.grade_id, card.figures.name): card for card in report.cards}
    assert {key: card.figures.count for key, card in cards.items()} == {
        (FORWARD, "half"): 3,
        (TRAINING, "half"): 1,
    }
    assert cards[TRAINING, "half"].figures.lost == 9  # cleo's alone
    assert cards[TRAINING, "half"].mistake.example.student == "cleo"
    text = _text(report)
    assert "It shows in training as well, where 2 of them lost 4.5 points on average." in text
    assert text.count("Half half") == 4  # two cards, and two rows of the table
    kept = {(one["grade_id"], one["name"]): one["count"] for one in document(report)["mistakes"]}
    assert kept == {(FORWARD, "half"): 3, (TRAINING, "half"): 3}
    (row,) = [row for row in Page(page(report)).tables["Mistakes"] if row[1] == "training"]
    assert row[2:] == ["3", "75 %", "6", "2"]


def test_the_documents_example_is_a_sentence_of_the_page() -> None:
    """What docs/report.md quotes of the page is what the page would say."""
    told = on_carried(Carried(TRAINING, "m", FORWARD, "m", False, 2, 5.0), 3, "training")
    docs = (Path(__file__).parent.parent / "docs" / "report.md").read_text(encoding="utf-8")
    assert f"*{told}*" in " ".join(docs.split())


def test_a_mistake_is_carried_only_by_the_same_student_from_a_function_that_is_called() -> None:
    """Another's mistake, another mistake, and an item that is not called explain nothing."""
    forward, training, cost = (ITEMS[IDS.index(name)] for name in (FORWARD, TRAINING, COST))

    def student(name: str, at: str | None, seen: str, verdict: str = "incorrect") -> object:
        return result_of(
            name,
            item_result(cost, 15),
            item_result(forward, 10, mistake=at, verdict=verdict),
            item_result(training, 4, mistake=seen),
        )

    results: Sequence = [
        student("a", "half", "half"),
        student("b", "other", "half"),
        student("c", "syntax-error", "function-not-defined"),
        student("d", "gap-left-empty", "gap-left-empty", verdict="not_attempted"),
    ]
    items = (cost, forward, training)
    known = explained(items, results)
    assert known == {
        ("a", TRAINING): (FORWARD, "half", False),
        ("c", TRAINING): (FORWARD, "syntax-error", False),
        ("d", TRAINING): (FORWARD, "gap-left-empty", True),
    }
    assert sum(one.count for one in carried(results, known)) == 3
    left = [one for one in mistake_figures(results, known) if one.grade_id == TRAINING]
    assert [(one.name, one.count) for one in left] == [("half", 1)]
    everything = sum(one.count for one in mistake_figures(results))
    assert everything == sum(one.count for one in mistake_figures(results, known)) + 3


def test_an_assignment_of_single_functions_folds_nothing() -> None:
    """Where no item calls several functions, every mistake keeps its card."""
    items = load_assignment("gradient_checking").items
    results = [
        result_of("a", *(item_result(item, 0, mistake="same") for item in items if item.functions))
    ]
    assert explained([item for item in items if item.functions], results) == {}


def test_report_and_export_agree_on_scores(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who could not be graded has no score in either; points by hand and lateness count the same in both."""
    report = _report(
        released_course,
        *MADE,
        VOID,
        Hand("fay", problem="it is empty"),
        Hand("gil", dict.fromkeys(IDS, 0.0)),
        Hand("hal", {COST: 0.0}),
    )
    of = (
        "notebook_id = (SELECT submitted_notebook.id FROM submitted_notebook JOIN submitted_assignment ON"
        " submitted_assignment.id = submitted_notebook.assignment_id WHERE student_id = '{}') AND cell_id IN"
        " (SELECT id FROM base_cell WHERE name = ?)"
    )
    with sqlite3.connect(released_course.gradebook) as gradebook:
        gradebook.execute(f"UPDATE grade SET manual_score = 7 WHERE {of.format('fay')}", (COST,))  # noqa: S608
        gradebook.execute(f"UPDATE grade SET extra_credit = 2 WHERE {of.format('hal')}", (BACK,))  # noqa: S608
        gradebook.execute(
            "UPDATE submitted_notebook SET late_submission_penalty = 95 WHERE assignment_id IN"
            " (SELECT id FROM submitted_assignment WHERE student_id IN ('ada', 'eve'))"
        )
    gradebook.close()
    report = make_report(released_course, read_class(released_course, NAME), ON_TIME)
    main(["export", "--course-dir", str(released_course.root), "--output", "-"])
    theirs = {
        row["student_id"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))
    }
    ours = {row["student"]: row for row in csv.DictReader(io.StringIO(csv_text(report)))}
    assert ours.keys() == theirs.keys()
    for student, row in ours.items():
        theirs_of = theirs[student]
        assert row["score"] == theirs_of["score"], student
        assert (row["status"] == "not_graded") == (theirs_of["status"] == "not_graded"), student
        for name in IDS:
            assert row[f"{name}_score"] == theirs_of[name], (student, name)
    scores = {student: row["score"] for student, row in ours.items()}
    assert (scores["ada"], scores["eve"], scores["fay"], scores["gil"]) == ("0", "", "7", "0")
    assert report.scores is not None
    assert report.scores.count == len(ours) - 1
    data = document(report)
    assert data["students"]["ungradable"] == ["eve"]
    assert {one["student"]: one["score"] for one in data["attention"]} == {"eve": None, "fay": 7.0}


def test_who_could_not_be_graded_did_not_fall() -> None:
    """Between two gradings, no score is not taken for a score of 0."""
    item = ITEMS[0]
    whole = result_of("a", item_result(item, 15))
    note = ("not graded: it is empty",)
    void = result_of("a", item_result(item, 0), notes=note, status="needs_attention")
    assert (score_of(whole), score_of(void)) == (15, None)
    found = movement({"a": whole}, {"a": void})
    assert (found.compared, found.fell, found.left) == (0, 0, ("a",))


def _item(*numbers: int) -> ItemFigures:
    known = (None, None, None, None) if numbers[-1] else (5.0, 0.5, 0.5, (-0.9, 0.95))
    return ItemFigures(COST, 10.0, sum(numbers[:-1]), *numbers, *known, ())


@pytest.mark.parametrize(
    "numbers",
    [(1, 0, 0, 0, 0, 0), (29, 1, 1, 2, 8, 1), (4983, 1, 3, 2, 7, 4), (0, 1, 1, 1, 4990, 7)],
    ids=["one", "42", "5000", "5000, thin pieces at both ends"],
)
def test_every_piece_of_a_bar_has_its_number(numbers: tuple[int, ...]) -> None:
    """However thin a piece is, its number stands in it or below it, on a screen and on a phone."""
    picture = items_picture([_item(*numbers)], {COST: "f"})
    for drawn in picture.svg.split("<svg")[1:]:
        texts = re.findall(r">([^<>]+)</text>", drawn)
        assert sorted(text for text in texts if text.isdigit()) == sorted(
            f"{number}" for number in numbers if number
        )
    for number in filter(None, numbers):
        assert f"{number} " in picture.alt


def test_labels_are_spread_without_overlap() -> None:
    """Labels that would lie on each other move apart, keep their order, and stay in the picture."""
    centres, widths = [0.0, 3.9, 3.95, 4.0, 4.0], [0.4, 0.5, 0.3, 0.6, 0.4]
    places = spread(centres, widths, 0.0, 4.0)
    ends = [(x - width / 2, x + width / 2) for x, width in zip(places, widths, strict=True)]
    assert ends[0][0] >= 0
    assert ends[-1][1] <= 4.0 + 1e-9
    assert all(right <= left + 1e-9 for (_, right), (left, _) in pairwise(ends))
    assert spread([1.0, 3.0], [0.5, 0.5], 0.0, 4.0) == [1.0, 3.0]  # who has room stays


def test_difficulty_and_discrimination_have_their_numbers_and_the_finding() -> None:
    """A row for each item with both numbers; whoever does not see it reads which is hardest and which weakest."""
    items = [
        replace(_item(2, 0, 2, 0, 0, 0), grade_id="a", share=0.4, discrimination=0.61),
        replace(_item(3, 0, 1, 0, 0, 0), grade_id="b", share=0.7, discrimination=-0.12),
        replace(_item(0, 0, 0, 0, 1, 3), grade_id="c"),
    ]
    picture = quality_picture(items, {"a": "first", "b": "second", "c": "third"})
    assert picture is not None
    assert picture.alt.startswith(
        "The hardest item is first, with 40 % of its points earned. 1 of 2 items tells strong from weak; "
        "second does it least, with −0.12."
    )
    assert picture.alt.endswith("; third: not all read yet.")
    for drawn in picture.svg.split("<svg")[1:]:
        texts = re.findall(r">([^<>]+)</text>", drawn)
        assert {"40 %", "70 %", "0.61", "−0.12", "not all read yet"} <= set(texts)
    none = [replace(item, discrimination=None) for item in items]
    assert quality_picture(none, {"a": "first", "b": "second", "c": "third"}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((59.119, "59.12"), (20.0, "20"), (12.5, "12.5"), (78.25, "78.25"), (-0.001, "0")),
        *((0.1, "0.1"), (8.125, "8.13"), (12345.678, "12345.68"), (1e-9, "0"), (None, "–")),
    ],
)
def test_points_have_one_form(value: float | None, text: str) -> None:
    """At most two decimals, and no zeros at the end: everywhere the same."""
    assert points(value) == text


def test_small_shares_and_signs_are_not_rounded_away() -> None:
    """One of thousands is not 0 %; a half goes up, whatever stands before it; a minus is a minus."""
    assert [percent(share) for share in (0, 0.0002, 0.5, 0.9999, 1)] == [
        *("0 %", "< 1 %", "50 %", "> 99 %", "100 %")
    ]
    assert percent(1e40) == "1e+42 %"  # of points that somebody typed
    halves = [percent(share) for share in (0.005, 0.025, 0.075, 0.145, 0.625, 0.995)]
    assert halves == ["1 %", "3 %", "8 %", "15 %", "63 %", "> 99 %"]
    assert [coefficient(r) for r in (0.125, 0.135, -0.125)] == ["0.13", "0.14", "−0.13"]
    assert (coefficient(-0.5), coefficient(-0.001)) == ("−0.50", "0.00")
    assert [listed(list(parts)) for parts in ("", "a", "ab", "abc")] == [
        *("", "a", "a and b", "a, b and c")
    ]


def test_no_number_of_the_page_has_more_decimals_or_zeros_at_the_end(
    released_course: Course,
) -> None:
    """Means, losses and scores are written by the one rule."""
    report = _report(released_course, *MADE, Hand("fay", {COST: 1 / 3}))
    tables = Page(page(report)).tables
    cells = [row[k] for name, k in (("Items", 2), ("Mistakes", 4)) for row in tables[name][1:]]
    assert "12.07" in cells  # (4 * 15 + 1 / 3) / 5
    for cell in cells:
        assert re.fullmatch(r"–|\d+|\d+\.\d?[1-9]", cell), cell


def test_the_title_is_the_instructors_heading(course: Course) -> None:
    """The page is called as the release, or else the source; without a heading, as the id in words."""

    def notebook(folder: Path, *cells: tuple[str, object]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        made = [{"cell_type": kind, "source": source} for kind, source in cells]
        (folder / f"{NAME}.ipynb").write_text(json.dumps({"cells": made}), encoding="utf-8")

    release, source = course.release(NAME), course.source(NAME)
    notebook(
        release, ("code", "# not this"), ("markdown", ["text\n", "# A `good` *name* #\n", "more"])
    )
    assert title_of(course, NAME) == "A good name"
    notebook(release, ("markdown", "## only a section"))
    notebook(source, ("markdown", "# Of the source\u202e"))
    assert title_of(course, NAME) == "Of the source\\u202e"
    notebook(source, ("markdown", "# " + "x" * 500))
    (release / f"{NAME}.ipynb").write_text("[]")
    assert title_of(course, NAME) == "Regularization"
    assert title_of(course, "gradient_checking") == "Gradient checking"


def test_names_are_words_and_functions_break_only_between_words(released_course: Course) -> None:
    """A mistake is told in words with its id beside it, a function in the font of code with places to break."""
    report = _report(released_course, *MADE)
    html = page(report)
    assert "<h1>Regularization: learn the pattern, not the noise</h1>" in html
    assert f'<p class="kicker id">{NAME}</p>' in html
    assert 'Half <small class="id">half</small>' in html
    broken = "forward_<wbr>propagation_<wbr>with_<wbr>dropout"
    shown = re.sub(r"<(svg|pre).*?</\1>", "", html, flags=re.DOTALL)
    assert f"<code>{broken}</code>" in shown
    assert "forward_propagation_with_dropout" not in shown
    assert "<code>training</code>" not in html  # it is no function


def test_what_has_nothing_to_tell_is_told_in_one_place(released_course: Course) -> None:
    """Empty sections are lines of one list at the end; and nothing of this machine stands on the page."""
    report = _report(released_course, *MADE)
    html = page(report)
    ids = re.findall(r'<section id="(\w+)">', html)
    assert ids == ["scores", "items", "quality", "mistakes", "waiting", "quiet"]
    quiet = html[html.index('<section id="quiet">') :]
    for heading in (
        "Needs attention",
        "Time-outs",
        "Late work",
        "Since the grading",
        "Answers that",
    ):
        assert f"<strong>{heading}" in quiet
    assert "Gradebook: gradebook.db." in html
    assert str(released_course.root) not in html


def test_a_long_list_is_folded_and_a_short_one_is_not(released_course: Course) -> None:
    """What needs a person stands open while it is short, and does not push the rest away in a large class."""
    put(released_course, VOID)
    found = read_class(released_course, NAME)
    (one,) = found.graded
    for number, is_folded in ((12, False), (13, True)):
        many = tuple(
            replace(one, result=replace(one.result, student=f"s{k}")) for k in range(number)
        )
        html = page(make_report(released_course, replace(found, graded=many), ON_TIME))
        assert ("<summary>Which, and why</summary>" in html) == is_folded
        rows = Page(html).tables["Submissions that need attention"]
        assert len(rows) == number + 1


def test_a_gradebook_elsewhere_is_told_by_its_name(released_course: Course, tmp_path: Path) -> None:
    """The path of another gradebook is no business of whoever gets the page."""
    put(released_course, *MADE)
    found = read_class(released_course, NAME)
    there = replace(found, gradebook=str(tmp_path / "private" / "other.db"))
    assert make_report(released_course, there, ON_TIME).gradebook == "other.db"
    server = replace(found, gradebook="postgresql://me@host/grades")
    assert make_report(released_course, server, ON_TIME).gradebook == "postgresql://me@host/grades"


def test_an_item_of_which_an_answer_waits_has_no_figures_anywhere(released_course: Course) -> None:
    """What some earned is told; a mean of these would be that of the empty answers, so there is none, nowhere."""
    put(released_course, *MADE)
    with sqlite3.connect(
        released_course.gradebook
    ) as gradebook:  # three answers are empty: 0 points
        gradebook.execute(
            "UPDATE grade SET manual_score = 0, needs_manual_grade = 0 WHERE auto_score IS NULL AND notebook_id IN"
            " (SELECT submitted_notebook.id FROM submitted_notebook JOIN submitted_assignment ON"
            " submitted_assignment.id = submitted_notebook.assignment_id WHERE student_id < 'd')"
        )
    gradebook.close()
    report = make_report(released_course, read_class(released_course, NAME), ON_TIME)
    html = page(report)
    tables, name = Page(html).tables, report.names[WRITTEN]
    rows = {row[0]: row[1:] for row in tables["Difficulty and discrimination"]}
    assert rows[name] == ["–", "–", "–", "–", "1 answer still to read"]
    assert {row[0]: row[2] for row in tables["Items"]}[name] == "–"
    assert {row[0]: row[1] for row in tables["Points earned"]}[name].strip() == "0: 3"
    (item,) = [one for one in document(report)["items"] if one["grade_id"] == WRITTEN]
    assert (item["counted"], item["wrong"], item["waiting"]) == (3, 3, 1)
    assert [item[key] for key in ("mean", "share", "discrimination", "interval")] == [None] * 4
    assert name not in report.finding[1]
    assert "While an answer to an item waits for a person, the item has neither" in html
    assert "no discrimination where all have the same points" in html  # as at cost, here
    assert f"{name}: not all read yet" in html  # for who cannot see the picture


def test_an_example_shows_the_students_own_lines(released_course: Course) -> None:
    """What was handed out is folded, the student's lines have a bar, and the judge's line is marked."""
    given = read_given(released_course, NAME).sources[FUNCTION]
    gap = '    raise NotImplementedError("this gap is still empty")'
    code = given.replace(gap, "    D1 = mine  # <b>\u202e", 1)
    line = code[: code.index("mine")].count("\n") + 1
    hand = replace(
        MADE[3],
        code={FUNCTION: code},
        messages={
            FORWARD: f"{FUNCTION}: 10 of 25 points\n✘ layer 1\n    at line {line} of `{FUNCTION}`"
        },
    )
    report = _report(released_course, hand)
    html = page(report)
    start = html.index('<details class="example">')
    shown = html[start : html.index("</article>", start)]
    (own,) = re.findall(r'<pre class="own".*?</pre>', shown, re.DOTALL)
    assert "D1 = mine  # <b>\\u202e" in Page(own).text
    folded = re.findall(r"<details><summary>\d+ lines as handed out.*?</details>", shown, re.DOTALL)
    assert '"""' in Page("".join(folded)).text  # what was handed out explains itself at length
    rest = shown
    for each in folded:
        rest = rest.replace(each, "")
    assert '"""' not in Page(rest).text
    assert f'<span class="l at" data-n="{line}">' in own
    assert f'<li class="problem"><span>at line {line} of <code>' in shown
    (example,) = [one["example"] for one in document(report)["mistakes"]]
    assert example.keys() == {"student", "code", "message"}


def test_code_looks_as_on_a_page_of_feedback() -> None:
    """Whatever class an example uses has its rule in the sheet that both kinds of page begin with, and its colours."""
    css, theirs = page_style("report"), page_style("feedback")
    for name in (
        ".code",
        ".own",
        ".l",
        ".l.at",
        ".bar",
        ".message .mark",
        ".message .hint",
        ".t-k",
    ):
        assert re.search(rf"^[^\n{{]*{re.escape(name)}\b[^\n{{]*{{", css, re.MULTILINE), name
    used, defined = set(re.findall(r"var\((--\w+)", css)), set(re.findall(r"(--\w+):", css))
    assert used <= defined
    shared = (Path(__file__).parents[1] / "grader/templates/code.css").read_text(encoding="utf-8")
    assert css.startswith(shared)
    assert theirs.startswith(shared)
    assert "progress" not in css  # nothing else of that sheet


#: Pieces of functions' names, outside of code, that stand on two lines.
_BROKEN = """() => [...document.querySelectorAll("code")].filter(code => !code.closest("pre")).flatMap(
    code => [...code.childNodes].filter(node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return node.nodeType === 3 && range.getClientRects().length > 1 && !/[ -]/.test(node.data);
    }).map(node => node.data))"""


@pytest.mark.browser
def test_on_a_phone_nothing_is_cut_and_no_name_is_broken(
    released_course: Course, tmp_path: Path
) -> None:
    """At 360 pixels the page is no wider than the screen, and functions' names break after underscores only."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    file = tmp_path / "report.html"
    file.write_text(page(_report(released_course, *MADE, VOID)), encoding="utf-8")
    with chromium_page(viewport={"width": 360, "height": 800}) as screen:
        screen.goto(file.as_uri())
        screen.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert screen.evaluate("document.documentElement.scrollWidth") == 360
        assert screen.evaluate("document.querySelectorAll('code wbr').length") > 10
        assert screen.evaluate(_BROKEN) == []
