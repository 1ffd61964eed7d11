"""Writing notebooks: what is read back is what was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.notebooks import dump
from tests.jail_support import solved


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": []},
        {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        {"cells": [{"source": 'λ "quoted"\n\u2028'}, {}], "metadata": {"a": [1, None]}},
        solved(),
    ],
)
def test_a_written_notebook_is_the_same_notebook(notebook: dict[str, Any]) -> None:
    """One line for each cell, and valid JSON whatever is in them."""
    text = dump(notebook)
    assert json.loads(text) == notebook
    assert text.count("\n") >= len(notebook["cells"])
