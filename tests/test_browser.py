"""A student's round trip in a real JupyterLab: read, fill in wrongly, read the message, mend, pass."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser_support import NEEDS_BROWSER, START_SECONDS, TOKEN, chromium_page, jupyter_lab

ROOT = Path(__file__).resolve().parent.parent

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the released notebook in a JupyterLab that has nothing but the release."""
    home = tmp_path_factory.mktemp("desk")
    desk = home / "regularization"
    shutil.copytree(ROOT / "release" / "regularization", desk)
    with jupyter_lab(desk, home) as address:
        yield f"{address}/lab/tree/regularization.ipynb?token={TOKEN}"


class Desk:
    """The notebook as a student handles it: type into cells, run them, read what they show."""

    def __init__(self, page: Any, address: str) -> None:
        self._page = page
        page.goto(address)
        page.wait_for_function(  # the last cell of the notebook is there, and a kernel to run it
            "() => {const panel = window.jupyterapp?.shell.currentWidget;"
            " return panel?.content?.widgets?.some(cell => cell.model.id === 'progress')"
            " && panel.sessionContext.session?.kernel?.status === 'idle'}",
            timeout=START_SECONDS * 1000,
        )
        self._ids = page.evaluate(
            "jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.id)"
        )

    def cell(self, name: str) -> Any:
        """The cell of that id, scrolled into view."""
        index = self._ids.index(name)
        self._page.evaluate(
            "i => {const all = jupyterapp.shell.currentWidget.content;"
            " all.activeCellIndex = i; all.mode = 'command'; return all.scrollToItem(i, 'start')}",
            index,
        )
        return self._page.locator(".jp-Notebook .jp-Cell").nth(index)

    def run(self, name: str) -> None:
        """Run the cell and wait until it has its number."""
        cell = self.cell(name)
        before = cell.locator(".jp-InputPrompt").inner_text()
        self._page.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell') }")
        self._page.wait_for_function(
            "([i, old]) => {const cell = jupyterapp.shell.currentWidget.content.widgets[i];"
            " const now = `[${cell.model.executionCount}]:`;"
            " return cell.model.executionCount && now !== old}",
            arg=[self._ids.index(name), before],
            timeout=START_SECONDS * 1000,
        )

    def write(self, name: str, old: str, new: str) -> None:
        """Replace the text of the line that contains `old`, by the keyboard."""
        line = self.cell(name).locator(".cm-line", has_text=old).first
        line.scroll_into_view_if_needed()
        line.click()
        self._page.keyboard.press("End")
        self._page.keyboard.press(
            "Shift+Home"
        )  # from the end to the first character that is no space
        self._page.keyboard.type(new)

    def shows(self, name: str, text: str) -> str:
        """What the cell shows, once it contains `text`."""
        output = self.cell(name).locator(".jp-Cell-outputArea")
        sync_api.expect(output).to_contain_text(text, timeout=10_000)
        shown: str = output.inner_text()
        return shown


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of a headless Chromium."""
    with chromium_page(viewport={"width": 1200, "height": 1000}) as page:
        yield page


def test_a_students_round_trip(lab: str, page: Any) -> None:
    """A wrong line is explained at once, the right one passes, and the report counts it."""
    desk = Desk(page, lab)
    for name in ("packages", "model"):
        desk.run(name)
    function = "compute_cost_with_regularization"

    desk.run(function)
    desk.run(f"test_{function}")
    assert "0.0" in desk.shows(f"test_{function}", "empty gap")

    squares = "(np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))"
    desk.write(
        function, "raise NotImplementedError", f"L2_regularization_cost = lambd / m * {squares}"
    )
    desk.run(function)
    desk.run(f"test_{function}")
    assert "should be 1.7864859" in desk.shows(f"test_{function}", "0 of 15 points")

    desk.write(function, "lambd / m", f"L2_regularization_cost = lambd / (2 * m) * {squares}")
    desk.run(function)
    desk.run(f"test_{function}")
    assert "15.0" in desk.shows(f"test_{function}", "15 of 15 points")

    desk.run("progress")
    report = desk.shows("progress", "right on the example")
    assert report.count("right on the example") == 1
    assert report.count("not run yet") == 4


def test_the_story_is_rendered(lab: str, page: Any) -> None:
    """Formulas are typeset and every picture is found."""
    desk = Desk(page, lab)
    assert desk.cell("network_text").locator("mjx-container").count() > 3
    for name in ("problem", "network_text", "l1_or_l2"):
        picture = desk.cell(name).locator("img").first
        sync_api.expect(picture).to_be_visible()
        page.wait_for_function(
            "picture => picture.complete && picture.naturalWidth > 100",
            arg=picture.element_handle(),
        )
        assert len(picture.get_attribute("alt")) > 40
