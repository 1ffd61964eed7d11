"""An instructor's day in nbgrader's formgrader, and its Validate button, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course, open_course
from grader.synthetic import read_handout, write_submission
from testcases.regularization.answers import CLASSIC, COST, WRONG, submission

from .browser_support import NEEDS_BROWSER, TOKEN, chromium_page, jupyter_lab
from .classroom import right

pytestmark = NEEDS_BROWSER

NAME = "regularization"
COMMENT = "Well argued. How sure can one be from 200 kicks?"
#: Milliseconds to wait for a page, a click or a dialogue.
PATIENCE = 60_000

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
sync_api.expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Office:
    """A course with two hand-ins, and an instructor's browser in front of it."""

    course: Course
    page: Any
    address: str

    def go(self, place: str) -> None:
        """Open a page of the formgrader and wait until its table is there."""
        self.page.goto(f"{self.address}/formgrader/{place}")
        self.page.wait_for_selector("table td:not(:text('Loading, please wait...'))")

    def press(self, student: str, column: str) -> str:
        """Press a student's button on the page of submissions; what the dialogue says."""
        row = self.page.locator("tr", has=self.page.get_by_text(student, exact=True))
        row.locator(f"td.{column} a").click()
        dialogue = self.page.locator(".modal-dialog", has_text="Log Output")
        sync_api.expect(dialogue).to_be_visible()
        said: str = dialogue.inner_text()
        dialogue.get_by_role("button", name="OK").click()
        sync_api.expect(dialogue).to_have_count(0)
        return said


@pytest.fixture(scope="module")
def place(
    released_course_template: Course, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Course, str]]:
    """A course with one right hand-in, and one with a wrong cost; and the address of its JupyterLab."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(released_course_template.root, home / "course")
    course = open_course(home / "course")
    handout = read_handout(course, NAME)
    write_submission(handout, right("ada"))
    wrong = submission("bob", "", {**CLASSIC, COST: WRONG[COST][0]}, "I would take L2.")
    write_submission(handout, wrong)
    with jupyter_lab(course.root, home) as address:
        yield course, address


@pytest.fixture
def office(place: tuple[Course, str]) -> Iterator[Office]:
    """An instructor who has just come in."""
    course, address = place
    with chromium_page(viewport={"width": 1200, "height": 900}) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/tree?token={TOKEN}")
        yield Office(course, page, address)


def test_an_instructors_day(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """See the assignment, autograde, read the verdicts, grade the answer by hand, give feedback; all of it counts."""
    page = office.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    office.go("manage_assignments")
    row = page.locator("tr", has=page.get_by_text(NAME))
    sync_api.expect(row.locator(".num-submissions")).to_have_text("2")

    office.go(f"manage_submissions/{NAME}")
    assert "90 of 100 points" in office.press("ada", "autograde")
    assert "72.5 of 100 points" in office.press("bob", "autograde")

    office.go(f"gradebook/{NAME}/{NAME}")
    line = page.locator("tr", has_text="72.5 / 100")
    line.get_by_role("link", name="Submission").click()
    sync_api.expect(page.locator("body")).to_contain_text("I would take L2.")
    sync_api.expect(page.locator("body")).to_contain_text("0 of 15 points")
    hand = page.locator("input#interpretation")
    hand.fill("7")
    hand.blur()
    comment = page.locator("textarea#interpretation-comment")
    comment.fill(COMMENT)
    with page.expect_response(lambda response: "/api/comment/" in response.url):
        comment.blur()

    office.go(f"manage_submissions/{NAME}")
    assert "bob" in office.press("bob", "generate-feedback")
    feedback = office.course.feedback("bob", NAME) / f"{NAME}.html"
    assert COMMENT in feedback.read_text(encoding="utf-8")

    # What students handed in loads nothing from elsewhere; nbgrader's own page asks for MathJax.
    elsewhere = [url for url in asked if not url.startswith((office.address, "data:", "blob:"))]
    assert [url for url in elsewhere if "mathjax" not in url.lower()] == []

    capsys.readouterr()
    assert main(["grade", "--course-dir", str(office.course.root), "--json", "-"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["student"]: line["score"] for line in lines} == {"ada": 90.0, "bob": 79.5}

    root = str(office.course.root)
    assert main(["report", NAME, "--course-dir", root, "--format", "json", "--output", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["scores"]["mean"] == pytest.approx((90.0 + 79.5) / 2)
    assert main(["export", NAME, "--course-dir", root, "--output", "-"]) == 0
    rows = {row["student_id"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert float(rows["bob"]["score"]) == 79.5
    assert float(rows["bob"]["interpretation"]) == 7


@pytest.mark.parametrize(
    ("folder", "failing"), [(f"release/{NAME}", 6), (f"submitted/ada/{NAME}", 0)]
)
def test_validate_tells_what_is_left(office: Office, folder: str, failing: int) -> None:
    """The Validate button in JupyterLab names the cells that are not done, and none where all are."""
    page = office.page
    page.goto(f"{office.address}/lab/tree/{folder}/{NAME}.ipynb?reset")
    page.get_by_text("Validate", exact=True).click()
    dialogue = page.locator(".jp-Dialog", has_text="Validation Results")
    sync_api.expect(dialogue).to_be_visible()
    said = dialogue.inner_text()
    assert said.count("The following cell failed") == failing, said
    assert ("Success" in said) == (failing == 0)
