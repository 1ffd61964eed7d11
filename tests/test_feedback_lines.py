"""Which lines of a cell are marked as the student's own, which are folded, and that nothing breaks it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import escape

from grader.course import Course
from grader.feedback_cells import work_in
from grader.feedback_given import Given, read_given
from grader.feedback_lines import Code, compared, runs
from grader.feedback_page import render
from grader.feedback_words import with_seams
from grader.sanitise import code_lines, raw_lines
from grader.words import points
from tests.browser_support import CHROMIUM, chromium_page
from tests.test_feedback_page import ITEMS, LIMIT, _Strict, cell, judged, notebook, section, sheet

TEMPLATES = Path(__file__).parents[1] / "grader" / "templates"
GIVEN = '''# GRADED FUNCTION: area


def area(r):
    """Area of a circle.

    Arguments:
        r: its radius.

    Returns:
        One number.
    """
    ### START CODE HERE ### (about 1 line)
    raise NotImplementedError("this gap is still empty")
    ### END CODE HERE ###

    # the same in another unit
    ### START CODE HERE ### (about 1 line)
    raise NotImplementedError("this gap is still empty")
    ### END CODE HERE ###

    return result'''
EMPTY = '    raise NotImplementedError("this gap is still empty")'


def own(text: str, given: str = GIVEN) -> list[str]:
    """The lines of a cell that count as the student's."""
    lines = code_lines(text)
    return [lines[number - 1] for number in sorted(compared(given, raw_lines(text)).own)]


def code(text: str, given: str = GIVEN) -> Code:
    """A cell's code, without colours."""
    lines, found = code_lines(text), compared(given, raw_lines(text))
    return Code(tuple(map(escape, lines)), found.own, gone=found.gone)


def kinds(found: Sequence[object]) -> list[tuple[str, int]]:
    """Kind and number of lines of each run."""
    return [(run.kind, len(run.lines)) for run in found]  # type: ignore[attr-defined]


def test_what_was_written_into_the_gaps_is_one_s_own_whatever_it_is() -> None:
    """However many lines, repeated ones and those that stand elsewhere too: the filled gaps, and no more."""
    chance = random.Random(6)
    pool = [
        "    a = 1",
        "    a = 1",
        "    b = a",
        "    for i in a:",
        "        pass  # b",
        "\tc = 2",
    ]
    for _ in range(200):
        first, second = (chance.choices(pool, k=chance.randint(1, 9)) for _ in range(2))
        filled = GIVEN.replace(EMPTY, "\n".join(first), 1).replace(EMPTY, "\n".join(second), 1)
        assert own(filled) == first + second


def test_an_unchanged_cell_has_no_line_of_one_s_own() -> None:
    """Nor do blanks at the ends of lines, other line ends or blank lines make it one's own."""
    assert own(GIVEN) == []
    assert own(GIVEN.replace("\n", "  \r\n") + "\n\n\n") == []
    assert own(GIVEN.replace("\n\n", "\n\n\n\n")) == []
    assert code(GIVEN).unchanged


def test_blank_lines_between_one_s_own_are_one_s_own() -> None:
    """A bar beside one's own lines is not broken by a blank one, and does not reach beyond them."""
    filled = GIVEN.replace(EMPTY, "    a = 1\n\n    b = 2\n", 1)
    assert own(filled)[:3] == ["    a = 1", "", "    b = 2"]
    assert "" not in own(filled)[3:]


def test_a_cell_of_another_shape_is_compared_all_the_same() -> None:
    """Where nothing is left of what was given all lines are one's own, and where there is nothing, none."""
    assert own("x = 1\ny = 2") == ["x = 1", "y = 2"]
    assert own("") == []
    assert own("x = 1", given="") == ["x = 1"]
    assert own(GIVEN.replace("    return result", "")) == []


def test_a_line_of_ours_repeated_thousands_of_times_is_borne() -> None:
    """Where comparing would take too long, a line that was given counts as given wherever it stands."""
    given = "\n".join(f"given_{number % 7} = 0" for number in range(2000))
    many = "\n".join(["given_0 = 0", "mine = 1", "given_1 = 0"] * 600)
    assert own(many, given) == ["mine = 1"] * 600


def test_long_runs_of_given_lines_are_folded_but_for_those_beside_one_s_own() -> None:
    """The docstring goes behind a fold; what is beside one's own lines, and short runs, stay in sight."""
    filled = GIVEN.replace(EMPTY, "    result = 3 * r * r")
    found = runs(code(filled))
    assert kinds(found) == [
        *(("folded", 11), ("given", 2), ("own", 1), ("given", 4), ("own", 1)),
        ("given", 3),
    ]
    assert [number for run in found for number, _ in run.lines] == [*range(1, 23)]
    assert [run.name for run in found if run.kind == "own"] == ["Line 14", "Line 19"]


def test_a_line_that_the_judge_names_is_never_folded() -> None:
    """Be it a given one, in a cell that was changed or not; a line that is not there harms nothing."""
    filled = GIVEN.replace(EMPTY, "    result = 3 * r * r")
    for text in (filled, GIVEN):
        seen = [
            number
            for run in runs(code(text), {6, 4000})
            if run.kind != "folded"
            for number, _ in run.lines
        ]
        assert {5, 6, 7, 8} <= {*seen}
    assert kinds(runs(code(GIVEN), {14})) == [("folded", 11), ("given", 4), ("folded", 7)]
    assert kinds(runs(code(GIVEN))) == [("given", 22)]


HOSTILE_LINES = (
    "    x = '</code></pre></details><script>boom()</script>'",
    "    y = '\u202egnp.exe\u2066'",
    "    z = '\x00\x1b[31m\x07'",
    "    w = '" + "w" * 1_000_000 + "'",
    "\tt\t=\t1\r",
    "</details></div></section></main></body></html><h1>100 of 100 points</h1>",
    "    ### END CODE HERE ###",
    EMPTY,
)


@pytest.mark.parametrize("line", HOSTILE_LINES)
@pytest.mark.parametrize("often", [1, 300])
def test_no_line_of_a_stranger_s_breaks_the_page(line: str, often: int) -> None:
    """Markup, turned text, controls, endless lines and repeated ones stay text in their own block."""
    graded = notebook()
    graded["cells"][1]["source"] = GIVEN.replace(EMPTY, "\n".join([line] * often), 1)
    html = render(sheet(graded, given={"area": GIVEN}))
    strict, page = _Strict(html), BeautifulSoup(html, "html.parser")
    assert not {"script", "iframe"} & {*strict.tags}
    for tag in ("html", "body", "main", "h1", "style", "title"):
        assert strict.tags.count(tag) == 1
    assert html.count("<details") == html.count("</details>")
    assert not {"\u202e", "\u2066", "\x00", "\x1b", "\x07", "\r"} & {*html}
    assert len(html) < 1_000_000
    assert section(page, "test_area").select_one(".code") is not None
    assert page.footer is not None
    assert section(page, "test_length").parent == section(page, "test_area").parent


def test_a_cell_has_room_for_so_many_lines() -> None:
    """A hundred thousand lines are not a hundred thousand lines of HTML, and the page says so."""
    graded = notebook()
    graded["cells"][1]["source"] = "a\n" * 100_000
    html = render(sheet(graded, given={"area": GIVEN}))
    assert html.count('data-n="') < 2_100
    assert "more lines are left out here" in html


def naming(line: int, source: str) -> Tag:
    """The first item of a page on that cell, of which the check names that line."""
    graded = notebook()
    graded["cells"][1]["source"] = source
    for each in graded["cells"]:
        if each["id"] == "test_area":
            said = f"area: 4 of 10 points\n  ✘ it\n      It stopped at line {line} of `area`."
            each["outputs"] = judged("test_area", 4.0, 10, said)
    page = BeautifulSoup(render(sheet(graded, given={"area": GIVEN})), "html.parser")
    return section(page, "test_area")


@pytest.mark.parametrize(
    ("line", "source"),
    [(2534, "x = 1\n" * 2_600), (1, "x" * 1_000_000)],
    ids=["cut off", "no room"],
)
def test_a_named_line_that_is_not_shown_is_told_as_such(line: int, source: str) -> None:
    """Nobody is sent to look for a mark that is not on the page, nor is a word of ours marked."""
    area = naming(line, source)
    assert not area.select(".at")
    assert "▸" not in area.get_text()
    assert not area.select(f'[data-n="{line}"]')
    assert f"Line {line} is not shown here." in area.get_text()


def test_a_named_line_that_is_shown_has_its_mark() -> None:
    """And then nothing is said to be missing."""
    area = naming(1_999, "x = 1\n" * 2_600)
    assert [each.get("data-n") for each in area.select(".at")] == ["1999"]
    assert "yours: none is as it was handed out. The check names the line with ▸." in (
        " ".join(area.get_text().split())
    )
    assert "is not shown here" not in area.get_text()


def test_blank_lines_do_not_count_among_what_was_handed_out() -> None:
    """A cell that begins with some, and of which all else is one's own, is all one's own."""
    assert code("\n\n  \nx = 1\n\ny = 2").all_own
    assert not code("\n\nx = 1\n    return result").all_own
    assert not code(GIVEN).all_own


def test_code_for_which_there_is_no_room_is_nobody_s() -> None:
    """The words that stand in its place are not marked as the student's."""
    graded = notebook()
    graded["cells"][1]["source"] = "x" * 1_000_000
    (area,) = work_in(graded, ITEMS, LIMIT, {"area": GIVEN}).answers["test_area"]
    assert area.code is not None
    assert area.code.own is None
    assert "no room" in area.code.lines[0].striptags()


def block(given: dict[str, str] | None) -> Tag:
    """The first item of a page, where the cell was handed out like that."""
    graded = notebook()
    graded["cells"][1]["source"] = GIVEN.replace(EMPTY, "    result = r *", 1)
    page = BeautifulSoup(render(sheet(graded, given=given)), "html.parser")
    return section(page, "test_area")


def test_one_s_own_lines_have_a_bar_and_the_page_says_what_it_means() -> None:
    """The bar is not colour alone: the legend explains it, and it has a name for who cannot see it."""
    area = block({"area": GIVEN})
    (yours,) = area.select("pre.own")
    assert yours.get_text() == "    result = r *\n"
    assert yours["aria-label"] == "Line 14, yours"
    assert "The lines with a bar are yours" in area.get_text()
    assert "lines as handed out" in area.get_text()
    rewritten = block({"area": "nothing = 'of this is left'"})
    assert "All these lines are yours" in rewritten.get_text()
    (unknown,) = [block(None)]
    assert not unknown.select("pre.own")
    assert "bar" not in unknown.get_text()


def test_what_is_right_is_folded_and_what_is_not_is_open() -> None:
    """A passed part's code is behind a fold; the code of one that is not right is in sight."""
    page = BeautifulSoup(render(sheet(given={"area": GIVEN, "length": ""})), "html.parser")
    wrong, right = (section(page, name).details for name in ("test_area", "test_length"))
    assert wrong is not None
    assert right is not None
    assert wrong.has_attr("open")
    assert not right.has_attr("open")
    assert right.select(".code")


def test_the_page_has_the_notebook_s_own_title(tmp_path: Path) -> None:
    """The release's first heading of the first order, as text, and the cells by name."""
    cells = [
        cell("a", "## Not this", kind="markdown"),
        cell("b", "# nor this", kind="code"),
        cell("c", "Text\n\n# **Shapes** & `areas` <b> #\n\nmore", kind="markdown"),
    ]
    course = Course(tmp_path)
    course.release("shapes").mkdir(parents=True)
    release = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (course.release("shapes") / "shapes.ipynb").write_text(json.dumps(release))
    given = read_given(course, "shapes")
    assert given.title == "Shapes & areas <b>"
    assert given.sources["b"] == "# nor this"
    page = BeautifulSoup(render(sheet(title=given.title)), "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == "Shapes & areas <b>"


def test_without_a_release_there_are_pages_all_the_same(tmp_path: Path) -> None:
    """Nothing given, or nothing that can be read, marks no line and stops nothing."""
    course = Course(tmp_path)
    assert read_given(course, "shapes") == Given("Shapes")
    course.release("shapes").mkdir(parents=True)
    (course.release("shapes") / "shapes.ipynb").write_text("{")
    assert read_given(course, "shapes") == Given("Shapes")


def test_points_are_written_in_one_way() -> None:
    """At most two places, no zeros behind them, and never a minus before nothing."""
    found = [points(each) for each in (15.0, 7.5, 8.3333333, 66.66666, -0.0, 100.0)]
    assert found == ["15", "7.5", "8.33", "66.67", "0", "100"]


def test_long_names_may_break_after_an_underscore_and_nothing_else() -> None:
    """Short names, dunders and what was escaped stay as they are."""
    assert with_seams(escape("in backward_propagation & W_1")) == (
        "in backward_<wbr>propagation &amp; W_1"
    )
    assert with_seams(escape("__a_long_special_name__")) == (
        "__a_<wbr>long_<wbr>special_<wbr>name__"
    )


@pytest.mark.browser
def test_long_names_and_code_fit_a_phone(tmp_path: Path) -> None:
    """Names in the table stay on one line, code scrolls in its own block, and a reader can get into it."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    name = "backward_<wbr>propagation_<wbr>with_<wbr>regularization"
    graded = notebook()
    graded["cells"][1]["source"] = GIVEN.replace(EMPTY, "    result = " + "r * " * 200, 1)
    html = render(sheet(graded, given={"area": GIVEN}))
    html = html.replace("<code>area</code></a></th>", f"<code>{name}</code></a></th>")
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    with chromium_page(viewport={"width": 360, "height": 800}) as page:
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        boxes = "[...document.querySelector('nav th code').getClientRects()]"
        assert page.evaluate(f"new Set({boxes}.map(each => each.top)).size") == 1
        inside = "(each => each.scrollWidth > each.clientWidth)(document.querySelector('.code'))"
        assert page.evaluate(inside) is True
        assert page.evaluate("document.querySelector('.code').tabIndex") == 0


def _light(colour: str) -> float:
    """Relative luminance, by the definition of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "paper"])
def test_every_colour_can_be_read_on_what_is_behind_it(scheme: int) -> None:
    """Text has the contrast of WCAG's level AA on the page, in boxes and on the named line; bars 3 to 1."""
    sheets = [(TEMPLATES / name).read_text("utf-8") for name in ("code.css", "feedback.css")]
    blocks = [re.findall(r":root \{(.*?)\}", sheet, re.S)[scheme] for sheet in sheets]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", " ".join(blocks)))
    code = {"ink", "keyword", "string", "number", "comment", "name"}
    text = code | {"quiet", "link", "right", "partly", "wrong", "waits"}
    pairs = {(one, behind, 4.5) for one in text for behind in ("paper", "box")}
    pairs |= {(one, "at", 4.5) for one in code} | {("own", each, 3.0) for each in ("paper", "box")}
    for one, behind, least in sorted(pairs):
        dark, light = sorted((_light(colours[one]), _light(colours[behind])))
        assert (light + 0.05) / (dark + 0.05) >= least, (one, behind)
