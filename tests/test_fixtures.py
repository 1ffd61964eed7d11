"""The public fixtures and their expected outputs are those of the classic exercise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from testcases.core.compare import same
from testcases.core.examples import decode, encode
from testcases.regularization import fixtures, public
from testcases.regularization.oracle import Reference

SEED_OUTPUTS = {
    "compute_cost_with_regularization": {"cost": 1.7864859451590758},
    "backward_propagation_with_regularization": {
        "dW1": [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
        "dW2": [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
        "dW3": [[-1.77691347, -0.11832879, -0.09397446]],
    },
    "forward_propagation_with_dropout": {
        "A3": [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]]
    },
    "backward_propagation_with_dropout": {
        "dA1": [
            [0.36544439, 0.0, -0.00188233, 0.0, -0.17408748],
            [0.65515713, 0.0, -0.00337459, 0.0, 0.0],
        ],
        "dA2": [
            [0.58180856, 0.0, -0.00299679, 0.0, -0.27715731],
            [0.0, 0.53159854, 0.0, 0.53159854, -0.34089673],
            [0.0, 0.0, -0.00292733, 0.0, 0.0],
        ],
    },
}


@pytest.mark.parametrize("function", SEED_OUTPUTS)
def test_reference_gives_the_printed_outputs(function: str) -> None:
    """The reference reproduces every number that the classic exercise prints."""
    case = next(case for case in fixtures.fixture_cases() if case.function == function)
    entries = Reference().expect(case, {})
    for name, printed in SEED_OUTPUTS[function].items():
        # Printed to eight decimals, from caches that were themselves typed in to eight decimals.
        np.testing.assert_allclose(entries[name], printed, rtol=0, atol=1.1e-8)


def test_cost_of_the_fixture_is_exact() -> None:
    """The cost agrees to the last digits, and splits into cross entropy and penalty as known."""
    case = fixtures.fixture_cases()[0]
    _, Y, parameters, _ = case.arguments
    cost = float(Reference().expect(case, {})["cost"])
    assert cost == pytest.approx(1.7864859451590758, rel=1e-15)
    penalty = (
        0.1 / (2 * Y.shape[1]) * sum(np.sum(parameters[f"W{layer}"] ** 2) for layer in (1, 2, 3))
    )
    assert cost - penalty == pytest.approx(1.6025016047573226, rel=1e-14)
    assert penalty == pytest.approx(0.18398434040175324, rel=1e-14)


def test_a3_of_the_cost_fixture_is_the_classic_literal() -> None:
    """The literal that published solutions were run with comes out of the stream."""
    A3, _, _ = fixtures.compute_cost_with_regularization_test_case()
    assert A3.tolist() == [[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]]


def test_public_numbers_are_up_to_date() -> None:
    """fixtures.json, which students get, holds what the stream and the reference give today."""
    assert fixtures.stale_fixtures() == []


@pytest.mark.parametrize(
    ("content", "words"), [(None, "Cannot read"), ("{", "Cannot read"), ("[]", "not up to date")]
)
def test_stale_public_numbers_are_reported(
    content: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing, damaged or old fixtures.json is named together with the command that mends it."""
    file = tmp_path / "fixtures.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(fixtures, "FIXTURES_FILE", file)
    [problem] = fixtures.stale_fixtures()
    assert words in problem
    assert "python -m testcases.regularization.fixtures" in problem


def test_one_changed_number_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to date means every number, not only the form."""
    text = fixtures.fixtures_json()
    monkeypatch.setattr(
        fixtures, "fixtures_json", lambda: text.replace("1.62434536", "1.62434537", 1)
    )
    assert fixtures.stale_fixtures() != []


def _assert_close(left: object, right: object) -> None:
    """Equal in structure, and in value to 1e-12: another BLAS may round the last bit differently."""
    if isinstance(left, dict):
        assert isinstance(right, dict)
        assert left.keys() == right.keys()
        for key in left:
            _assert_close(left[key], right[key])
    elif isinstance(left, tuple):
        assert isinstance(right, tuple)
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            _assert_close(one, other)
    else:
        np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("function", SEED_OUTPUTS)
def test_public_functions_hand_out_the_recomputed_fixture(function: str) -> None:
    """The functions that students import give what the fixture room computes."""
    name = f"{function}_test_case"
    _assert_close(getattr(public, name)(), getattr(fixtures, name)())


def test_fixtures_are_handed_out_fresh() -> None:
    """Damaging one copy of a fixture does not reach the next."""
    X, parameters = public.forward_propagation_with_dropout_test_case()
    X[:] = 0
    parameters["W1"][:] = 0
    again_X, again_parameters = public.forward_propagation_with_dropout_test_case()
    assert np.all(again_X != 0)
    assert np.all(again_parameters["W1"] != 0)


def test_encoding_is_lossless() -> None:
    """Plain data survives the way through JSON bit for bit, with dtype and shape."""
    value = {
        "floats": np.array([[0.1, -0.0, 1e-300]]),
        "bools": np.array([True, False]),
        "empty": np.empty((2, 0)),
        "nested": (1, 2.5, None, ("x", np.array(3))),
    }
    back = decode(encode(value))
    assert same(value, back)
    assert back["floats"].dtype == np.float64
    assert back["bools"].dtype == np.bool_
    assert np.signbit(back["floats"][0, 1])
