"""The public fixtures, recomputed from their one random stream. Private, because one of them needs
a forward pass with dropout, which is what students are asked to write.

Students get the numbers: `python -m testcases.regularization.fixtures` writes `fixtures.json`, the
public cases with their expected entries, and `tests/test_fixtures.py` proves that it is up to date.

Stream: np.random.seed(1), then randn in row-major order: X (3,5), W1 (2,3), b1 (2,1), W2 (3,2),
b2 (3,1), W3 (1,3), b3 (1,1). Labels Y = [[1,1,0,1,0]].
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..core.fixtures import cases_json, stale, write
from ..core.protocol import Case, Plain
from .hints import HINTS_FILE
from .items import ITEMS
from .mistakes.fingerprints import hints_json
from .network import forward
from .oracle import Reference
from .public import FIXTURES_FILE
from .reference import dropout_cache

_SHAPES = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 2), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}
_DROPOUT_PARTS = ("dropout costs", "dropout steps")
_Y = np.array([[1, 1, 0, 1, 0]])

Parameters = dict[str, np.ndarray]


def _draw(with_X: bool = True) -> tuple[np.ndarray, Parameters]:
    stream = np.random.RandomState(1)
    X = stream.randn(3, 5) if with_X else np.empty((3, 0))
    return X, {name: stream.randn(*shape) for name, shape in _SHAPES.items()}


def compute_cost_with_regularization_test_case() -> tuple[np.ndarray, np.ndarray, Parameters]:
    """(a3, Y, parameters). a3 belongs to the next fixture's network, not to these parameters."""
    X, of_next = _draw()
    # The seed document gives a3 as printed, to eight decimals; published costs rest on that.
    a3 = np.round(forward(X, of_next)[0], 8)
    return a3, _Y.copy(), _draw(with_X=False)[1]


def backward_propagation_with_regularization_test_case() -> tuple[
    np.ndarray, np.ndarray, tuple[np.ndarray, ...]
]:
    """(X, Y, cache) of a plain forward pass."""
    X, parameters = _draw()
    return X, _Y.copy(), forward(X, parameters)[1]


def forward_propagation_with_dropout_test_case() -> tuple[np.ndarray, Parameters]:
    """(X, parameters)."""
    return _draw()


def backward_propagation_with_dropout_test_case() -> tuple[
    np.ndarray, np.ndarray, tuple[np.ndarray, ...]
]:
    """(X, Y, cache) of a forward pass with dropout at keep_prob 0.5 and masks drawn from seed 1."""
    X, parameters = _draw()
    masks = np.random.RandomState(1)
    D1 = masks.rand(2, 5) < 0.5
    D2 = masks.rand(3, 5) < 0.5
    return X, _Y.copy(), dropout_cache(X, parameters, D1, D2, keep_prob=0.5)


def fixture_cases() -> list[Case]:
    """The public cases of all items."""
    X, parameters = forward_propagation_with_dropout_test_case()
    short = (X, _Y.copy(), parameters, 0.1, 20)  # learning_rate, num_iterations

    def case(
        function: str,
        arguments: tuple[Plain, ...],
        names: str,
        suffix: str = "",
        parts: tuple[str, ...] = (),
    ) -> Case:
        return Case(
            name=f"fixture{suffix}",
            family="fixture",
            function=function,
            arguments=arguments,
            argument_names=tuple(names.split()),
            description="the example",
            parts=parts,
        )

    cost = compute_cost_with_regularization_test_case()
    plain_cache = backward_propagation_with_regularization_test_case()
    masked_cache = backward_propagation_with_dropout_test_case()
    training = "X Y parameters learning_rate num_iterations lambd keep_prob"
    return [
        case("compute_cost_with_regularization", (*cost, 0.1), "A3 Y parameters lambd"),
        case("backward_propagation_with_regularization", (*plain_cache, 0.7), "X Y cache lambd"),
        case("forward_propagation_with_dropout", (X, parameters, 0.7), "X parameters keep_prob"),
        case("backward_propagation_with_dropout", (*masked_cache, 0.8), "X Y cache keep_prob"),
        case("train", (*short, 0.7, 1.0), training, "-L2", ("L2 costs", "L2 steps")),
        case("train", (*short, 0.0, 0.86), training, "-dropout", _DROPOUT_PARTS),
    ]


def fixtures_json() -> str:
    """The text of `fixtures.json`: every public case with its expected entries."""
    return cases_json(fixture_cases(), Reference())


def fingerprints_json() -> str:
    """The text of `hints.json`: fingerprints of wrong answers to the public cases."""
    oracle = Reference()
    return hints_json({case.function: dict(oracle.expect(case, {})) for case in fixture_cases()})


def _made() -> dict[Path, str]:
    return {FIXTURES_FILE: fixtures_json(), HINTS_FILE: fingerprints_json()}


def stale_fixtures() -> list[str]:
    """A sentence for each file that is not what the stream and the formulas give today."""
    return stale(
        _made(), "Run `python -m testcases.regularization.fixtures`, then `grader release`."
    )


def main() -> None:
    """Write both files."""
    write(_made())
    print(
        f"wrote {FIXTURES_FILE.name} and {HINTS_FILE.name}: {len(fixture_cases())} cases of {len(ITEMS)} items"
    )


if __name__ == "__main__":
    main()
