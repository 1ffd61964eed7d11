"""What a page of feedback claims is true: whose the code is, what is left out, what is left to do."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from grader.feedback_cells import work_in
from grader.feedback_given import put_in_place
from grader.feedback_lines import compared
from grader.feedback_page import Sheet, render
from grader.feedback_room import Room
from grader.feedback_words import label, remarks
from grader.graft_notes import Notes
from grader.results import Grade
from grader.sanitise import from_markdown, raw_lines
from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item
from tests.test_feedback_lines import GIVEN
from tests.test_feedback_page import (
    AUTO,
    ITEMS,
    LIMIT,
    cell,
    judged,
    notebook,
    printed,
    read,
    section,
    sheet,
    shown,
    text_of,
)


def with_source(source: str) -> dict[str, Any]:
    """A notebook with that cell in place of the first function's, of which the check names no line."""
    graded = notebook()
    graded["cells"][1]["source"] = source
    (test,) = (each for each in graded["cells"] if each["id"] == "test_area")
    test["outputs"] = judged("test_area", 4.0, 10, "area: 4 of 10 points\n  ✘ the circle")
    return graded


def with_area(source: str) -> BeautifulSoup:
    """The page on it."""
    return read(sheet(with_source(source), given={"area": GIVEN}))


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ("[1]: http://example.org/source", "[1]: http://example.org/source"),
        ("[Answer]: yes", "[Answer]: yes"),
        ("\x07", "\\x07"),
        ("\u202e", "\\u202e"),
        ("\u200b\n\x07", "\\u200b \\x07"),
        ("\u2800", "\\u2800"),
        ("\u3164 \u115f\u1160\uffa0\n", "\\u3164 \\u115f\\u1160\\uffa0"),
        ("\ufe0f", "\\ufe0f"),
        ("\u2800 yes", "\u2800 yes"),
        ("[a]: <script>", "[a]: <script>"),
        ("", ""),
        (" \n", ""),
    ],
)
@pytest.mark.parametrize("points", [None, 4.0])
def test_a_written_answer_of_which_markdown_shows_nothing_is_shown(
    answer: str, seen: str, points: float | None
) -> None:
    """It is there letter by letter, graded or not, and there is a page."""
    grades = {**AUTO, "opinion": Grade(None, points, points or 0.0)}
    page = read(sheet(notebook(answer=answer), grades=grades))
    (box,) = section(page, "opinion").select(".box")
    assert text_of(box) == seen
    assert "script" not in {tag.name for tag in page.find_all()}
    assert text_of(section(page, "opinion").summary) == "Your answer"


def test_only_so_much_markup_is_rendered() -> None:
    """Tables take long to make harmless; what comes after many of them is shown letter by letter."""
    room = Room()
    rendered = [room.rendered("*x*" + "-" * 17_000, from_markdown) for _ in range(5)]
    assert [str(each).startswith("<pre>*x*") for each in rendered] == [False] * 3 + [True] * 2


def test_all_cells_together_have_room_for_so_many_lines() -> None:
    """Few characters make many lines: they too are bounded for a page, and what is left out is counted."""
    graded = notebook(*(cell("", "1\n" * 2000) for _ in range(100)))
    html = render(sheet(graded))
    assert html.count('data-n="') <= 6_100
    assert len(html) < 1_500_000
    page = BeautifulSoup(html, "html.parser")
    assert "this page has no room for more" in page.get_text()
    left = sum(
        int(note.split()[0].replace(",", ""))
        for note in map(text_of, page.select(".quiet"))
        if note.endswith("left out here.")
    )
    shown_lines = sum(
        len(each.select(".l")) for each in page.select(".code") if len(each.select(".l")) > 500
    )
    assert (shown_lines + left) % 2_000 == 0


@pytest.mark.parametrize("name", ["area", ""], ids=["around an answer", "before all answers"])
def test_one_s_own_cells_do_not_starve_the_graded_answers(name: str) -> None:
    """Wherever they stand, the room of a page is for the answers first, then around them, then elsewhere."""
    graded = notebook()
    place = next(number for number, each in enumerate(graded["cells"]) if each["id"] == "area")
    long = [cell("", "mine = 1\n" * 1_990) for _ in range(4)]
    graded["cells"][place + bool(name) : place + bool(name)] = long
    work = work_in(graded, ITEMS, LIMIT)
    (length,) = work.answers["test_length"]
    assert length.code is not None
    assert [line.striptags() for line in length.code.lines] == ["def length(r):", "return 2 * r"]
    found = [*work.around.get("test_area", ()), *work.others]
    lines = [len(each.code.lines) for each in found if each.code is not None]
    assert lines.count(1_990) == 3
    assert sum(lines) < 6_000


def test_colours_and_small_outputs_are_bounded() -> None:
    """Neither a class around every digit, nor thousands of outputs of one letter, make a page of megabytes."""
    sums = (cell("", "1+" * 9_990 + "1") for _ in range(19))
    outputs = [printed("y"), shown(text_html="<b>y</b>")] * 25
    small = (cell("", "x", *outputs) for _ in range(1_900))
    assert len(render(sheet(notebook(*sums)))) < 3_000_000
    assert len(render(sheet(notebook(*small)))) < 3_000_000


def test_lines_that_are_left_out_are_counted_to_the_last() -> None:
    """However many characters they have; and no line that nobody wrote stands among the student's."""
    page = with_area("\n".join(f"x = {number:020}" for number in range(10_033)))
    area = section(page, "test_area")
    assert "8,033 more lines are left out here." in text_of(area)
    assert area.select(".l")[-1].get_text() == "x = 00000000000000001999\n"
    page = with_area("\n".join(["y" * 60_000] * 3))
    lines = [each.get_text() for each in section(page, "test_area").select(".own .l")]
    assert lines == ["y" * 60_000 + "\n", "y" * 40_000 + " …\n"]
    assert "1 more line is left out here." in text_of(page)


def test_code_is_as_handed_out_only_if_nothing_is_missing() -> None:
    """Deleting is a change: the page says how many lines are missing, and leaves the cell in sight."""
    kept = section(with_area(GIVEN), "test_area").details
    assert kept is not None
    assert text_of(kept.summary) == "Your code, still as it was handed out"
    assert not kept.has_attr("open")
    cut = section(with_area(GIVEN.replace("    return result", "")), "test_area").details
    assert cut is not None
    assert text_of(cut.summary) == "Your code, without some lines that were handed out"
    assert text_of(cut.select_one(".legend")) == (
        "1 line that was handed out is missing; nothing was added."
    )
    assert cut.has_attr("open")
    empty = section(with_area(""), "test_area").details
    assert empty is not None
    assert text_of(empty.summary) == "Your code, an empty cell"


def test_the_missing_lines_of_a_long_cell_are_counted_too() -> None:
    """Where the comparison would take too long, and lines are only looked up."""
    given = "\n".join(f"given_{number % 7} = 0" for number in range(2000))
    found = compared(given, raw_lines(given.replace("given_3 = 0", "", 5)))
    assert found.gone == 5
    assert not found.own


def test_a_released_cell_in_the_place_of_a_missing_one_is_not_the_student_s() -> None:
    """It is told from the graft's own note, for code and for the written answer."""
    notes = Notes()
    notes.add("answer cell", "area", "unanswered")
    notes.add("answer cell", "opinion", "unanswered")
    notes.add("answer cell", "length", "moved")
    one = Notes()
    one.add("answer cell", "length", "unanswered")
    replaced = put_in_place(notes.sentences())
    assert {"area", "opinion"} <= replaced
    assert "length" not in replaced
    assert "length" in put_in_place(("Something else.", *one.sentences()))
    graded = with_source(GIVEN)
    made = sheet(graded, given={"area": GIVEN})
    work = work_in(graded, ITEMS, LIMIT, {"area": GIVEN}, replaced)
    page = read(Sheet(**{**vars(made), "work": work}))
    for name in ("test_area", "opinion"):
        part = section(page, name).details
        assert part is not None
        assert text_of(part.summary) == "The released cell, since yours was missing or empty"
        assert not part.has_attr("open")
    by_hand = {**AUTO, "test_area": Grade(0.0, 10.0, 10.0)}
    made = sheet(graded, given={"area": GIVEN}, grades=by_hand)
    page = read(Sheet(**{**vars(made), "work": work}))
    assert "Your code" not in text_of(section(page, "test_area"))


@pytest.mark.parametrize("hidden", ["\x07", "\u202e", "\ufeff", "\x1f", "\u00a0"])
def test_a_given_line_in_which_something_hides_is_another_line(hidden: str) -> None:
    """Python refuses it, or reads it otherwise; so it is not as it was handed out, however it looks."""
    line = "    return result"
    assert not compared(GIVEN, raw_lines(GIVEN)).own
    for changed in (f"    return {hidden}result", f"{line}{hidden} # ", f"{line}{hidden}\n1"):
        found = compared(GIVEN, raw_lines(GIVEN.replace(line, changed)))
        assert 22 in found.own, repr(changed)
        assert found.gone == 1
    (area,) = section(with_area(GIVEN.replace(line, f"{line} #{hidden}")), "test_area").select(
        "pre.own"
    )
    assert "return result" in area.get_text()


def nothing_filled_in(**opinion: Any) -> Sheet:
    """Somebody whose functions are all as handed out."""
    graded = notebook()
    points = {item.grade_id: item.points for item in ITEMS if not item.manual}
    for each in graded["cells"]:
        if each["id"] in points:
            each["outputs"] = judged(each["id"], 0.0, points[each["id"]], "0 points\n  ✘ it")
            each["outputs"][1]["data"][MIME_TYPE]["verdict"] = "not_attempted"
    grades = {name: Grade(0.0, None, 0.0) for name in AUTO}
    return sheet(graded, grades={**grades, "opinion": Grade(**opinion)})


def test_who_handed_in_words_only_has_filled_in_something() -> None:
    """An answer that waits for the teacher, or was graded by hand, is not nothing; one as handed out is."""
    nothing = "Nothing is filled in yet"
    assert nothing not in text_of(read(nothing_filled_in(auto=None, manual=None, score=0.0)))
    assert nothing not in text_of(read(nothing_filled_in(auto=None, manual=3.0, score=3.0)))
    assert nothing in text_of(read(nothing_filled_in(auto=0.0, manual=None, score=0.0)))
    assert nothing in text_of(read(nothing_filled_in(auto=0.0, manual=0.0, score=0.0)))


def test_points_of_the_teacher_s_are_nothing_to_mend() -> None:
    """Where a person has decided, the checks cannot promise points; what they took off neither."""
    page = read(sheet(grades={**AUTO, "test_area": Grade(4.0, 2.0, 2.0)}))
    assert [text_of(each.a) for each in page.select(".first li")] == ["Both"]
    page = read(sheet(grades={**AUTO, "test_area": Grade(4.0, None, 2.0)}))
    assert "area (6 points to gain)" in text_of(page.select_one(".first"))


def test_points_from_before_the_last_grading_are_told_as_such() -> None:
    """They count, since the gradebook holds them; but they are on no answer that the teacher has seen."""
    grades = {**AUTO, "test_area": Grade(4.0, 7.5, 7.5), "opinion": Grade(None, 4.0, 4.0)}
    made = sheet(grades=grades, comments={"opinion": "Well said."})
    page = read(Sheet(**{**vars(made), "look_again": {"opinion", "test_area"}}))
    assert text_of(page.header) == (
        "Feedback for ada Shapes 16.5 of 24 points 1 of 2 checked parts is done. "
        "The points of area are from before your notebook was graded anew: your teacher will look at it "
        "again. The points of Opinion are from before your notebook was graded anew: your teacher will "
        "look at it again."
    )
    opinion = section(page, "opinion")
    assert text_of(opinion.select_one(".state")) == "✎ your teacher will look again · 4 of 4 points"
    assert "graded by your teacher" not in text_of(page)
    assert "they may be on an earlier hand-in" in text_of(opinion)
    assert "Well said." in text_of(opinion)
    full = {item.grade_id: Grade(None, item.points, item.points) for item in ITEMS}
    praised = "Everything that was checked is right"
    assert praised in text_of(read(sheet(grades=full)))
    page = read(Sheet(**{**vars(sheet(grades=full)), "look_again": {"test_area"}}))
    assert praised not in text_of(page)


def test_extra_credit_may_be_less_than_nothing() -> None:
    """Points taken off are told as that, not as extra credit with a minus."""
    item = ITEMS[0]
    assert remarks(item, Grade(4.0, None, 2.0)) == ["2 points were taken off by your teacher."]
    assert remarks(item, Grade(4.0, None, 3.0)) == ["1 point was taken off by your teacher."]
    assert remarks(item, Grade(4.0, None, 6.5)) == ["2.5 points of it are extra credit."]
    assert remarks(item, Grade(0.3, None, 0.1 + 0.2)) == []


def test_capitals_within_an_item_s_name_are_kept() -> None:
    """A name in plain words begins with a capital and is left alone otherwise."""
    item = Item("a", "accuracy_on_MNIST", 1, (), (), {}, lambda value: None, "")
    assert label(item) == "Accuracy on MNIST"
