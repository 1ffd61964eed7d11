"""Causes in one line, whatever Python, nbgrader or the database made of them."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from grader.errors import GraderError, cause_in, short_cause, stopped


def database_error() -> SQLAlchemyError:
    """An error with a statement, parameters and a link in its text."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT :one FROM nowhere"), {"one": 1})
    except SQLAlchemyError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("the table exists")


def test_cause_in_a_traceback_is_what_was_raised() -> None:
    """The last line of a database's traceback is a link, and says nothing."""
    printed = "".join(traceback.format_exception(database_error()))
    assert printed.strip().splitlines()[-1].startswith("(Background on this error")
    assert cause_in(printed) == "the gradebook: no such table: nowhere"


def test_the_last_of_several_tracebacks_counts() -> None:
    """What was being handled when the fault came up is not the fault."""
    try:
        try:
            raise LookupError("MissingEntry")
        except LookupError:
            raise PermissionError(13, "Permission denied", "autograded/ada")  # noqa: B904  as it happens
    except PermissionError as error:
        printed = "".join(traceback.format_exception(error))
    assert "MissingEntry" in printed
    assert cause_in("There was an error:\n" + printed) == "Permission denied: 'autograded/ada'"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(28, "No space left on device", "a/b"), "No space left on device: a/b"),
        (ValueError("one.\ntwo"), "ValueError: one"),
        (GraderError("Cannot do it: no. Do that."), "Cannot do it: no. Do that"),
    ],
)
def test_cause_is_one_line(error: Exception, cause: str) -> None:
    """A note in a table has no line breaks, and no full stop before what follows."""
    assert short_cause(error) == cause


def test_cause_of_a_database_error_has_no_sql() -> None:
    """People are told what happened, not what was asked of the database."""
    assert short_cause(database_error()) == "the gradebook: no such table: nowhere"


@pytest.mark.parametrize("said", ["the int 5", "the int 5.", "the int 5.. "])
def test_sentence_ends_with_one_full_stop(said: str) -> None:
    """Causes come with and without one."""
    assert stopped(said) == "the int 5."
