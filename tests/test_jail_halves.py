"""A function that ends its process costs its item and its half of the training, as an exception at once does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from grader.jail.child import Child
from grader.jail.outside import Jail
from testcases.core.protocol import Case
from testcases.regularization.answers import BACK_DROPOUT, COST

from .jail_support import MEBIBYTE, NO_BWRAP, has_bwrap, run, small_jail, solved, total

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]

HANG = "while True: pass"
EXIT = "__import__('os')._exit(1)"
#: Within the bound of one process, and beyond that of all together.
MEMORY = "kept = b'x' * 600 * 2**20; __import__('time').sleep(60)"
RAISE = "raise ValueError"

#: Points of a training of which one half is right.
HALF = 5.0


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail in which a submission may have little memory, and time for several hangs."""
    bounds = {"total_seconds": 60.0, "total_memory_bytes": 320 * MEBIBYTE}
    with small_jail(tmp_path_factory.mktemp("jail"), **bounds) as jail:
        yield jail


def spoiled(function: str, what: str, when: str = "True") -> dict[str, Any]:
    """The solved notebook with one function that does something else at times."""
    notebook = solved()
    cell = next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == function
    )
    cell["source"] += (
        f"\nright = {function}\ndef {function}(*arguments):\n"
        f"    if {when}:\n        {what}\n    return right(*arguments)\n"
    )
    return notebook


@pytest.mark.parametrize(("function", "item"), [(COST, 15.0), (BACK_DROPOUT, 20.0)])
@pytest.mark.parametrize(
    ("what", "verdict"), [(RAISE, "error"), (HANG, "timeout"), (EXIT, "error"), (MEMORY, "memory")]
)
def test_death_costs_as_much_as_an_exception(
    jail: Jail, function: str, item: float, what: str, verdict: str
) -> None:
    """Whichever half of the training it is in, the other half keeps its points."""
    trial = run(jail, spoiled(function, what))
    assert trial.judgements[f"test_{function}"].verdict == verdict
    assert trial.judgements["test_training"].score == HALF
    assert total(trial) == 90.0 - item - HALF


@pytest.mark.parametrize("function", [COST, BACK_DROPOUT])
def test_death_over_a_hidden_case_costs_as_much_and_nothing_public_is_asked_again(
    jail: Jail, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hidden case of the other half is tried in the next process; what was settled is not."""
    on_other_data = "arguments[1].shape[1] != 5"
    expected = run(jail, spoiled(function, RAISE, on_other_data))
    asked: list[str] = []
    observe_all = Child.observe_all

    def noted(self: Child, name: str, cases: Sequence[Case]) -> Iterator[Any]:
        asked.extend(f"{name} {case.name}" for case in cases)
        return observe_all(self, name, cases)

    with monkeypatch.context() as patch:
        patch.setattr(Child, "observe_all", noted)
        found = run(jail, spoiled(function, EXIT, on_other_data))
    for name, judgement in expected.judgements.items():
        assert found.judgements[name].score == judgement.score, name
        assert found.judgements[name].verdict == judgement.verdict, name
    first_hidden = next(place for place, name in enumerate(asked) if "hidden-" in name)
    assert not [name for name in asked[first_hidden:] if "fixture" in name]
    # Asked twice: the training's other hidden case, where it was not reached the first time.
    again = [name for name in set(asked) if asked.count(name) > 1]
    assert again == (["test_training hidden-2"] if function == COST else [])
