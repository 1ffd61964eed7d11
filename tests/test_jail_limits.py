"""A course's own limits: taken from nbgrader's configuration, and refused if they cannot be meant."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.errors import GraderError
from grader.jail.limits import Limits, limits_of

ROOT = Path(__file__).resolve().parent.parent


def with_limits(**values: Any) -> Config:
    """A configuration that sets these limits."""
    return Config({"Limits": values})


def test_without_a_word_of_the_course_the_defaults_hold() -> None:
    """A configuration that says nothing, or nothing of limits, changes none."""
    assert limits_of(Config()) == limits_of(Config({"CourseDirectory": {}})) == Limits()


def test_what_a_course_sets_is_taken_and_the_rest_stays() -> None:
    """One limit can be set without repeating the others; a whole number will do for seconds."""
    limits = limits_of(with_limits(cell_seconds=30, processes=50))
    assert asdict(limits) == asdict(Limits()) | {"cell_seconds": 30, "processes": 50}


def test_a_configuration_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """`c.Limits.NAME = VALUE` in a file of nbgrader's reaches the jail."""
    file = tmp_path / "nbgrader_config.py"
    file.write_text("c = get_config()\nc.Limits.memory_bytes = 512 * 1024**2\n", encoding="utf-8")
    config = PyFileConfigLoader(file.name, path=str(tmp_path)).load_config()
    assert limits_of(config) == Limits(memory_bytes=512 * 1024**2)


def test_the_courses_own_configuration_shows_every_default() -> None:
    """The commented lines are the documentation, so they name all limits and their true values."""
    lines = (ROOT / "nbgrader_config.py").read_text("utf-8").splitlines()
    shown = [line.removeprefix("# ") for line in lines if line.startswith("# c.Limits.")]
    config = Config()
    exec("\n".join(shown), {"c": config})  # noqa: S102
    assert dict(config.Limits) == asdict(Limits())


@pytest.mark.parametrize(
    ("name", "value", "cause", "remedy"),
    [
        ("cell_second", 5, "there is no limit of that name", "Did you mean cell_seconds?"),
        ("Processes", 50, "there is no limit of that name", "Did you mean processes?"),
        ("xyz", 5, "there is no limit of that name", "There are: cell_seconds, call_seconds,"),
        ("cell_seconds", "30", "'30' is no number", "Give it a number."),
        ("cell_seconds", None, "None is no number", "Give it a number."),
        ("cell_seconds", True, "True is no number", "Give it a number."),
        ("cell_seconds", float("inf"), "inf is no number", "Give it a number."),
        ("cell_seconds", float("nan"), "nan is no number", "Give it a number."),
        ("memory_bytes", 1e9, "1000000000.0 is no whole number", "Give it a whole number."),
        ("cell_seconds", 0, "0 is too little", "Give it more than 0."),
        ("output_characters", -1, "-1 is too little", "Give it more than 0."),
        ("memory_bytes", 512, "512 is too little", "Give it at least 67108864."),
        ("restarts", -1, "-1 is too little", "Give it at least 0."),
        (
            "cell_seconds",
            300.0,
            "cell_seconds would be 300.0, more than total_seconds, which is 120.0",
            "Set total_seconds to at least 300.0, or cell_seconds to at most 120.0.",
        ),
        (
            "total_seconds",
            5.0,
            "cell_seconds would be 20.0, more than total_seconds",
            "at least 20.0",
        ),
        ("total_memory_bytes", 512 * 1024**2, "memory_bytes would be 1073741824", "Set total_"),
        ("file_bytes", 1024**3, "file_bytes would be 1073741824", "Set scratch_bytes to at least"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: Any, cause: str, remedy: str) -> None:
    """The message names the setting as the instructor wrote it, what is wrong, and what to write."""
    with pytest.raises(GraderError) as caught:
        limits_of(with_limits(**{name: value}))
    assert str(caught.value).startswith(f"Cannot set c.Limits.{name}: {cause}")
    assert remedy in str(caught.value)
    assert re.search(r"[.?]$", str(caught.value))


def test_every_limit_is_a_number() -> None:
    """The check of values knows two kinds; a limit of another kind would pass unchecked."""
    assert {field.type for field in fields(Limits)} == {"int", "float"}
