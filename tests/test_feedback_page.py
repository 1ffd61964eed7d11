"""One page of feedback, made from a made-up notebook: what a student reads, and what nobody may."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from grader.feedback_cells import work_in
from grader.feedback_page import Sheet, render
from grader.feedback_words import standing
from grader.results import Grade, Grades, Record, assemble
from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item
from tests.browser_support import CHROMIUM, chromium_page
from tests.test_sanitise import HOSTILE, png

LIMIT = 20_000
ITEMS = (
    Item("test_area", "area", 10, ("area",), (), {}, lambda value: None, ""),
    Item("test_length", "length", 5, ("length",), (), {}, lambda value: None, ""),
    Item("test_both", "both", 5, ("area", "length"), (), {}, lambda value: None, ""),
    Item("opinion", "opinion", 4, (), (), {}, lambda value: None, "", manual=True),
)
SAID = """area: 4 of 10 points
  ✔ the square
  ✘ the circle
      On the example your function stopped at line 2 of `area`, `return r *` with NameError.
  → A circle has `pi` in it."""
HIDDEN = "### BEGIN HIDDEN TESTS\nfrom secret import expectation\n### END HIDDEN TESTS\n"


def judged(grade_id: str, score: float, most: float, message: str) -> list[dict[str, Any]]:
    """What a test cell shows."""
    verdict = "correct" if score == most else "partial" if score else "incorrect"
    judgement = {
        "grade_id": grade_id,
        "score": score,
        "max_score": most,
        "verdict": verdict,
        "message": message,
        "mistake": None,
    }
    data = {"text/plain": repr(score), MIME_TYPE: judgement}
    return [
        {"output_type": "stream", "name": "stdout", "text": "an expected hidden value"},
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None},
    ]


def cell(name: str, source: str, *outputs: dict[str, Any], kind: str = "code") -> dict[str, Any]:
    """A cell; without a name, one of the student's own."""
    notes = {"nbgrader": {"grade_id": name}} if name else {}
    runs = {"outputs": list(outputs), "execution_count": None} if kind == "code" else {}
    made = {"cell_type": kind, "id": name or "own", "metadata": notes, "source": source}
    return {**made, **runs}


def printed(text: str) -> dict[str, Any]:
    """What a cell printed."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data: str) -> dict[str, Any]:
    """What a cell displayed, by kind of media, with _ for /."""
    media = {name.replace("_", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": media}


def notebook(*own: dict[str, Any], answer: str = "I *think* so.") -> dict[str, Any]:
    """A graded notebook, with cells of the student's own between the first answer and its test."""
    return {
        "cells": [
            cell("story", "# What it is about", kind="markdown"),
            cell("area", "def area(r):\n    return r * r"),
            *own,
            cell("example", "area(1)", printed("example: 1")),
            cell("test_area", HIDDEN, *judged("test_area", 4.0, 10, SAID)),
            cell("length", "def length(r):\n    return 2 * r"),
            cell("test_length", HIDDEN, *judged("test_length", 5.0, 5, "length: 5 of 5 points")),
            cell(
                "test_both", HIDDEN, *judged("test_both", 0.0, 5, "both: 0 of 5 points\n  ✘ both")
            ),
            cell("opinion", answer, kind="markdown"),
            cell("given", "show()", printed("a given cell, elsewhere")),
            cell("", "own = 'elsewhere'", printed("shown elsewhere")),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


AUTO = {
    "test_area": Grade(4.0, None, 4.0),
    "test_length": Grade(5.0, None, 5.0),
    "test_both": Grade(0.0, None, 0.0),
    "opinion": Grade(None, None, 0.0),
}


def sheet(
    graded: dict[str, Any] | None = None,
    *,
    grades: Mapping[str, Grade] = AUTO,
    penalty: float = 0.0,
    comments: Mapping[str, str] | None = None,
    notes: tuple[str, ...] = (),
    problem: str | None = None,
    student: str = "ada",
    given: Mapping[str, str] | None = None,
    title: str = "Shapes",
) -> Sheet:
    """All that goes into a page."""
    graded = notebook() if graded is None else graded
    record = Record("digest", "basis", problem, notes)
    held = Grades(grades, penalty)
    return Sheet(
        result=assemble(student, "shapes", ITEMS, graded, record, held),
        items=ITEMS,
        grades=held,
        comments=comments or {},
        work=work_in(graded, ITEMS, LIMIT, given),
        record=record,
        limit=LIMIT,
        title=title,
    )


def read(what: Sheet) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup(render(what), "html.parser")


def section(page: BeautifulSoup, name: str) -> Tag:
    """One part of a page."""
    found = page.find(id=name)
    assert isinstance(found, Tag)
    return found


def text_of(tag: Any) -> str:
    """Its text, with single blanks."""
    return " ".join(tag.get_text(" ").split())


def test_the_total_comes_first_then_what_to_mend() -> None:
    """A student sees the points, then the one hint to begin with; what rests on it is named as such."""
    page = read(sheet())
    assert text_of(page.header) == (
        "Feedback for ada Shapes 9 of 24 points 1 of 3 checked parts is done. "
        "4 of the points are still open: your teacher reads Opinion ."
    )
    (first,) = page.select(".first li")
    assert text_of(first) == "area (6 points to gain) A circle has pi in it."
    assert text_of(page.select_one(".first > .quiet")) == (
        "1 more is below: Both . Later parts often mend themselves with the earlier ones."
    )
    rows = [[text_of(each) for each in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [
        ["area", "◐ partly right", "4 of 10"],
        ["length", "✔ right", "5 of 5"],
        ["Both", "✘ not right yet", "0 of 5"],
        ["Opinion", "✎ waits for your teacher", "– of 4"],
    ]


def test_each_message_stands_beside_the_code_that_it_is_about() -> None:
    """Hint, problem and code of an item are together, and the line that is named is marked."""
    area = section(read(sheet()), "test_area")
    assert [each["class"] for each in area.select(".message li")] == [
        ["right"],
        ["wrong"],
        ["problem"],
        ["hint"],
    ]
    code = area.select_one(".code")
    assert code is not None
    assert code.get_text().rstrip("\n") == "def area(r):\n    return r * r"
    assert [each.get_text().strip() for each in code.select(".at")] == ["return r * r"]
    assert "example: 1" in text_of(area)


def test_points_by_hand_penalty_and_extra_credit_are_told() -> None:
    """What a person gave replaces what the checks gave, and every point of the total is explained."""
    grades = {
        **AUTO,
        "test_area": Grade(4.0, 7.5, 7.5),
        "opinion": Grade(None, 4.0, 5.0),
    }
    page = read(sheet(grades=grades, penalty=2.5))
    assert "15 of 24 points" in text_of(page.header)
    assert "2.5 points were taken off because it was handed in late" in text_of(page.header)
    area, opinion = section(page, "test_area"), section(page, "opinion")
    assert "graded by your teacher · 7.5 of 10 points" in text_of(area)
    assert "Your teacher gave 7.5 points, in place of 4 by the checks." in text_of(area)
    assert "1 point of it is extra credit." in text_of(opinion)
    assert "Late hand-in −2.5" in text_of(page.nav)


def test_comments_and_the_written_answer_are_rendered() -> None:
    """A teacher's comment on a function or on the answer is read where it belongs."""
    comments = {"area": "Mind the **circle**.", "opinion": "Why?", "length": "No response."}
    page = read(sheet(comments=comments))
    assert text_of(section(page, "test_area").select_one(".comment")) == "Comment Mind the circle ."
    opinion = section(page, "opinion")
    assert "Why?" in text_of(opinion)
    assert str(opinion.select_one(".box em")) == "<em>think</em>"


def test_nothing_hidden_and_nothing_given_is_repeated() -> None:
    """Of a test cell only the judge's message is shown; given cells appear where they show one's work."""
    text = render(sheet())
    for secret in ("HIDDEN", "secret", "expectation", "an expected hidden value"):
        assert secret not in text
    assert "What it is about" not in text
    assert "a given cell, elsewhere" not in text
    others = section(BeautifulSoup(text, "html.parser"), "others").parent
    assert others is not None
    assert "own = 'elsewhere'" in others.get_text()
    assert "shown elsewhere" in others.get_text()


def test_what_cannot_be_graded_says_why() -> None:
    """Who handed in a damaged file reads the reason, and no verdicts on answers that nobody saw."""
    empty = {"cells": [], "metadata": {}}
    zero = {name: Grade(0.0, None, 0.0) for name in AUTO}
    page = read(sheet(empty, grades=zero, problem="Cannot read it: it was cut off at line 7"))
    assert "it was cut off at line 7." in text_of(page.main)
    assert page.nav is None
    assert "not right" not in page.get_text()


@pytest.mark.parametrize("comment", [{}, {"opinion": "Please hand in again."}])
def test_what_cannot_be_graded_has_no_score(comment: dict[str, str]) -> None:
    """Zeros that nobody has judged are no points: no number, no bar, no count of parts, no penalty."""
    empty = {"cells": [], "metadata": {}}
    zero = {name: Grade(0.0, None, 0.0) for name in AUTO}
    page = read(sheet(empty, grades=zero, penalty=3.0, problem="it is empty", comments=comment))
    assert text_of(page.header) == "Feedback for ada Shapes Not graded"
    assert page.progress is None
    numbers = [text_of(each) for each in page.select("nav td.number")]
    assert numbers == (["– of 10", "– of 5", "– of 5", "– of 4", "– of 24"] if comment else [])


def ungradable(**by_hand: Grade) -> BeautifulSoup:
    """The page on a file that cannot be read, with these rows of the gradebook in place of a 0."""
    grades = {**{name: Grade(0.0, None, 0.0) for name in AUTO}, **by_hand}
    return read(sheet({"cells": [], "metadata": {}}, grades=grades, problem="it is empty"))


@pytest.mark.parametrize("auto", [0.0, None])
def test_extra_credit_alone_is_grading_too(auto: float | None) -> None:
    """What cannot be graded has points on top: they are in the table and explained, and somebody saw it."""
    page = ungradable(test_area=Grade(auto, None, 5.0))
    assert "5 of 24 points" in text_of(page.header)
    assert "nobody has seen them yet" not in text_of(page.main)
    numbers = [text_of(each) for each in page.select("nav td.number")]
    assert numbers == ["5 of 10", "– of 5", "– of 5", "– of 4", "5 of 24"]
    area = text_of(section(page, "test_area"))
    assert "graded by your teacher · 5 of 10 points" in area
    assert "5 points of it are extra credit." in area
    assert "stopped with an error" not in page.get_text()


def test_where_no_check_ran_none_is_said_to_have_given_points() -> None:
    """Points by hand on what cannot be graded are in place of nothing."""
    area = text_of(section(ungradable(test_area=Grade(0.0, 0.0, 0.0)), "test_area"))
    assert "Your teacher gave 0 points." in area
    assert "by the checks" not in area


@pytest.mark.parametrize(
    ("done", "parts", "others", "sentence"),
    [
        (0, 0, 6, ""),
        (0, 1, 0, "It is not done yet."),
        (1, 1, 0, "It is done."),
        (0, 1, 1, "The one checked part is not done yet."),
        (2, 2, 0, "Both parts are done."),
        (0, 5, 1, "None of the 5 checked parts is done yet."),
        (1, 5, 1, "1 of 5 checked parts is done."),
        (2, 5, 1, "2 of 5 checked parts are done."),
        (5, 5, 1, "All 5 checked parts are done."),
        (6, 6, 0, "All 6 parts are done."),
    ],
)
def test_only_what_was_looked_at_is_counted(
    done: int, parts: int, others: int, sentence: str
) -> None:
    """An answer that waits for the teacher is neither done nor not done."""
    assert standing(done, parts, others) == sentence


def test_all_that_is_left_to_mend_is_counted() -> None:
    """Three are explained at the top; every other one is named there, what rests on them too."""
    items = [
        *(
            Item(f"test_{name}", name, 5, (name,), (), {}, lambda value: None, "")
            for name in "abcd"
        ),
        Item("test_all", "all", 5, ("a", "d"), (), {}, lambda value: None, ""),
    ]
    cells = [
        cell(item.grade_id, "", *judged(item.grade_id, 0.0, 5, f"{item.name}: 0\n  ✘ it"))
        for item in items
    ]
    graded = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    held = Grades({item.grade_id: Grade(0.0, None, 0.0) for item in items}, 0.0)
    record = Record("digest", "basis", None, ())
    page = read(
        Sheet(
            result=assemble("ada", "letters", items, graded, record, held),
            items=items,
            grades=held,
            comments={},
            work=work_in(graded, items, LIMIT),
            record=record,
            limit=LIMIT,
            title="Letters",
        )
    )
    assert [text_of(each.a) for each in page.select(".first li")] == ["a", "b", "c"]
    assert "2 more are below: d and All ." in text_of(page.select_one(".first > .quiet"))


def test_points_by_hand_for_what_could_not_be_graded_are_told() -> None:
    """Where a teacher has read a damaged file all the same, the points and the comment are there."""
    grades = {name: Grade(0.0, None, 0.0) for name in AUTO} | {"test_area": Grade(0.0, 6.0, 6.0)}
    empty = {"cells": [], "metadata": {}}
    page = read(
        sheet(empty, grades=grades, problem="it was cut off", comments={"opinion": "I see."})
    )
    assert "it was cut off" in text_of(page.main)
    assert text_of(page.header) == (
        "Feedback for ada Shapes 6 of 24 points The one checked part is not done yet."
    )
    assert "6 of 10 points" in text_of(section(page, "test_area"))
    assert "not graded · 5 points" in text_of(section(page, "test_length"))
    assert "I see." in text_of(section(page, "opinion"))


def test_full_marks_are_praised() -> None:
    """With nothing to mend there is no list of what to mend."""
    full = {item.grade_id: Grade(item.points, item.points, item.points) for item in ITEMS}
    page = read(sheet(grades=full))
    assert "Well done" in text_of(page.main)
    assert not page.select(".first")


def test_pictures_are_shown_with_a_text_beside_them() -> None:
    """A picture that a cell drew is in the page itself; other forms of a picture are not."""
    data = base64.b64encode(png()).decode()
    graded = notebook(
        cell("", "plot()", shown(image_png=data, text_plain="<Figure>")),
        cell("", "svg()", {**shown(text_plain="an SVG"), "data": {"image/svg+xml": "<svg/>"}}),
        cell("", "gif()", shown(image_gif="R0lGODlh", text_plain="a GIF")),
    )
    page = read(sheet(graded))
    (picture,) = page.select("img")
    assert picture["src"] == f"data:image/png;base64,{data}"
    assert picture["alt"] == "Picture drawn by your cell"
    assert "<Figure>" not in page.get_text()
    assert "a GIF" in page.get_text()


def test_a_page_has_room_for_so_much_and_no_more() -> None:
    """Thousands of outputs and pictures do not make a page that no browser opens."""
    picture = shown(image_png=base64.b64encode(png(3, 2, (b"PLTE", bytes(900_000)))).decode())
    graded = notebook(
        *(cell("", "show()", *[printed("y" * 20_000 + "\n")] * 20) for _ in range(30)),
        cell("", "plot()", *[picture] * 100),
        cell("", "many()", *[shown(image_png=base64.b64encode(png()).decode())] * 10_000),
    )
    text = render(sheet(graded))
    assert len(text) < 15_000_000
    assert "this page has no room for more" in text
    assert "On the example your function stopped" in text


def test_the_same_gives_the_same_page() -> None:
    """Nothing on a page comes from the clock or from chance."""
    assert render(sheet()) == render(sheet())


class _Strict(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def hostile_sheet() -> Sheet:
    """Somebody who puts markup wherever a student, or a careless teacher, can put a text."""
    everything = "\n".join(HOSTILE.values())
    graded = notebook(
        *(
            cell("", html, printed(html), shown(text_html=html), shown(text_markdown=html))
            for html in HOSTILE.values()
        ),
        cell(
            "",
            "1 / 0",
            {
                "output_type": "error",
                "ename": everything,
                "evalue": everything,
                "traceback": [everything],
            },
            shown(application_javascript="boom()", text_plain=everything),
            {**shown(), "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}},
            {**shown(), "data": {"image/svg+xml": HOSTILE["svg"]}},
        ),
        answer=everything,
    )
    for each in graded["cells"]:
        if each["metadata"].get("nbgrader", {}).get("grade_id") == "test_area":
            each["outputs"] = judged("test_area", 4.0, 10, f"{SAID}\n  ✘ `{everything}`")
    return sheet(
        graded,
        comments={"area": everything, "opinion": "the last word"},
        notes=(everything,),
        student="</title><script>boom()</script>",
    )


def test_whatever_is_shown_the_page_stays_one_page() -> None:
    """No tag, address or attribute of a stranger's is in it, and nothing of ours is swallowed."""
    page = _Strict(render(hostile_sheet()))
    assert not {"script", "iframe", "svg", "math", "link", "base", "form", "input", "object"} & {
        *page.tags
    }
    assert page.tags.count("meta") == 5
    assert page.tags.count("style") == page.tags.count("title") == page.tags.count("body") == 1
    assert {name for name, _ in page.attributes} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "id", "scope", "tabindex"),
        *("aria-labelledby", "aria-label", "aria-hidden", "href", "max", "value", "open"),
        *("role", "data-n"),
    }
    addresses = {value for name, value in page.attributes if name in ("href", "src")}
    assert all(str(address).startswith("#") for address in addresses)
    parsed = BeautifulSoup(render(hostile_sheet()), "html.parser")
    assert "the last word" in section(parsed, "opinion").get_text()
    assert parsed.footer is not None


def test_the_policy_allows_the_page_s_own_style_and_nothing_else() -> None:
    """The browser is told to load and run nothing, whatever should slip through."""
    page = read(sheet())
    policy = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in str(policy["content"]).split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["style-src"])
    assert set(rules) == {"default-src", "img-src", "style-src", "base-uri", "form-action"}


class Screen:
    """A phone's browser that notes what a page asks for and complains about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, html: str, file: Path) -> None:
        """Open a page, unfold all of it, and wait until nothing more is asked for."""
        self.asked.clear()
        self.said.clear()
        file.write_text(html, encoding="utf-8")
        self.page.goto(file.as_uri())
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        self.page.wait_for_load_state("networkidle")
        self.asked.remove(file.as_uri())


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """One browser for all tests."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with chromium_page(viewport={"width": 360, "height": 800}) as page:
        yield Screen(page)


@pytest.mark.browser
@pytest.mark.parametrize("guarded", [True, False], ids=["with policy", "without policy"])
def test_a_browser_asks_for_nothing_and_runs_nothing(
    screen: Screen, guarded: bool, tmp_path: Path
) -> None:
    """Not a request leaves and no script runs, and what was cleaned away is why, not the policy alone."""
    html = render(hostile_sheet())
    if not guarded:
        html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    screen.open(html, tmp_path / "page.html")
    assert screen.asked == []
    assert screen.said == []
    assert screen.page.evaluate("document.scripts.length") == 0
    shown = "getComputedStyle(document.querySelector('.code')).display"
    assert screen.page.evaluate(shown) == "grid"  # our own style is let through


@pytest.mark.browser
def test_on_paper_what_was_handed_out_stays_folded(screen: Screen, tmp_path: Path) -> None:
    """One line stands for many that everybody has; what is one's own is all there, folded or not."""
    docstring = "\n".join(f"    # given line {number}" for number in range(30))
    given = {
        "area": f"def area(r):\n{docstring}\n    raise NotImplementedError",
        "length": f"def length(r):\n{docstring}",
    }
    graded = notebook()
    for each in graded["cells"]:
        name = each["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "area":
            each["source"] = f"def area(r):\n{docstring}\n    return my_own(r)"
        elif name == "length":
            each["source"] = given["length"]
            message = "length: 0 of 5 points\n  ✘ it"
        elif name == "test_length":
            each["outputs"] = judged("test_length", 0.0, 5, message)
    grades = {**AUTO, "test_length": Grade(0.0, None, 0.0)}
    file = tmp_path / "page.html"
    file.write_text(render(sheet(graded, given=given, grades=grades)), encoding="utf-8")
    screen.page.goto(file.as_uri())
    screen.page.emulate_media(media="print")
    try:
        seen = screen.page.inner_text("body")
    finally:
        screen.page.emulate_media(media="screen")
    assert "given line 5" not in seen
    assert "lines as handed out" in seen
    assert "Your code, still as it was handed out" in seen
    for own in ("return my_own(r)", "own = 'elsewhere'", "shown elsewhere", "example: 1"):
        assert own in seen


@pytest.mark.browser
def test_the_page_fits_a_phone(screen: Screen, tmp_path: Path) -> None:
    """Long lines and wide tables do not make the page wider than the screen."""
    wide = "<table><tr>" + "<td>" + "<td>".join(["x" * 30] * 40) + "</table>"
    graded = notebook(
        cell("", "x = " + "1" * 3000, printed("y" * 3000), shown(text_html=wide)),
        answer="`" + "z" * 3000 + "`",
    )
    screen.open(render(sheet(graded, notes=("n" * 3000,))), tmp_path / "page.html")
    assert screen.page.evaluate("document.documentElement.scrollWidth") == 360
