"""Wrong dropout on the way forward. Private.

Right: D of A's shape from the seeded stream, kept where below keep_prob; A·D/keep_prob. Each step is
looked at from the student's own earlier ones: their mask, their activations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ...core.diagnosis import Aspect, Candidates, Value, single
from ...core.protocol import Case, Plain
from ...core.slots import Slot, fill
from ..network import relu, sigmoid
from .dropout_masks import masks
from .forward_pass import Pass
from .streams import KNOWN_KEEPS, first_only, numbers

#: Of leaky relus, where Z is negative.
_SLOPES = (0.01, 0.1, 0.2)


def _masked(layer: int, scene: Pass) -> Candidates | None:
    """Everything that may stand for the activations after dropout, from the student's own mask."""
    Z, keep = scene.own_or_weighted(layer), scene.keep
    if Z is None:
        return None
    right = scene.right_mask(layer).astype(float)
    D = scene.own_mask(layer)
    A = relu(Z)
    true_Z = scene.weighted(layer)
    true_A = relu(true_Z) if true_Z is not None else A
    all_but_last = D.copy()
    all_but_last[-1] = 1
    other = np.resize(scene.right_mask(3 - layer), D.shape).astype(float)
    slots: dict[str, Slot] = {
        "mask": [
            ("", D),
            ("mask-not-applied", lambda: np.ones(D.shape)),
            ("mask-turned", 1 - D),
            ("mask-not-cached", right),
            *(("mask-drawn-again", mask) for mask in _drawn_again(layer, scene)),
            ("mask-of-other-layer", other),
        ],
        "scale": [
            ("", 1 / keep),
            ("scale-missing", 1.0),
            ("scale-multiplied", keep),
            ("scale-by-drop-prob", np.divide(1.0, 1 - keep)),
            ("scale-by-drop-prob", 1 - keep),
            ("scale-twice", 1 / keep**2),
            ("scale-by-root", 1 / np.sqrt(keep)),
            ("scale-by-mask-rate", lambda: 1 / max(float(D.mean()), 1e-12)),
            *(("keep-prob-hard-coded", 1 / known) for known in KNOWN_KEEPS),
        ],
        "active": [
            ("", A),
            ("relu-missing", Z),
            ("sigmoid-for-relu", sigmoid(Z)),
            ("tanh-for-relu", lambda: np.tanh(Z)),
            ("absolute-for-relu", lambda: np.abs(Z)),
            *(("leaky-relu", partial(_leaky, Z, slope)) for slope in _SLOPES),
        ],
    }

    def formula(**part: np.ndarray) -> np.ndarray:
        return part["active"] * part["mask"] * part["scale"]

    return fill(slots, formula).and_also(
        [
            (("dropout-not-applied",), A),
            (("mask-overwrites-activation",), D),
            (("mask-overwrites-activation",), lambda: D / keep),
            (("mask-added",), lambda: A + D),
            (("mask-added",), lambda: (A + D) / keep),
            (("last-unit-not-masked",), lambda: A * all_but_last / keep),
            (("last-unit-not-masked",), lambda: A * all_but_last),
            (("dropped-not-zero",), lambda: np.where(D > 0, A / keep, 1 - keep)),
            (("dropped-not-zero",), lambda: np.where(D > 0, A / keep, A)),
            (("dropped-not-zero",), lambda: np.where(D > 0, A, 1 - keep)),
            (("dropped-not-zero",), lambda: np.where(D > 0, A / keep, 1 / keep)),
            (("integer-division",), lambda: A * D // keep),
            (("parentheses-missing",), lambda: A * D / 1 - keep),
            (("picked-by-mask",), lambda: A[D > 0]),
            (("picked-by-mask",), lambda: A[D > 0] / keep),
            *(((name,), value) for name, value in first_only(A, D, keep)),
            (("scale-by-mean",), lambda: A * D / np.mean(A * D)),
            (("scale-by-mean",), lambda: A * D / np.mean(A)),
            # Where Z was masked as well, the activations may be right all the same.
            ((), lambda: true_A * D / keep),
            (("scale-missing",), lambda: true_A * D),
        ]
    )


def _leaky(Z: np.ndarray, slope: float) -> np.ndarray:
    result: np.ndarray = np.maximum(Z, slope * Z)
    return result


def _drawn_again(layer: int, scene: Pass) -> list[Value]:
    """Masks drawn behind the one in the cache, of layer 2 also where that was done in layer 1."""
    n, m = scene.units[layer], scene.m
    first, both = scene.units[1] * m, (scene.units[1] + scene.units[2]) * m

    def drawn(before: int) -> np.ndarray:
        mask: np.ndarray = numbers("rand", before, n, m) < scene.keep
        return mask

    return [partial(drawn, before) for before in ((first,) if layer == 1 else (both, both + first))]


def _sums(layer: int, scene: Pass) -> Candidates | None:
    """Z of a layer: from the dropped activations below, not from others."""
    Z = scene.weighted(layer, by_own=True)
    if Z is None:
        return None
    W, b = scene.weights(layer, own=True)
    wrong: list[tuple[str, Value]] = [
        ("bias-missing", Z - b),
        ("relu-of-sum", relu(Z)),
        ("z-scaled", lambda: Z / scene.keep),
        ("z-scaled", lambda: Z * scene.keep),
    ]
    if layer == 1:
        X, inputs = scene.X, numbers("rand", 0, *scene.X.shape) < scene.keep
        wrong += [
            ("inputs-dropped", lambda: W @ (X * inputs / scene.keep) + b),
            ("inputs-dropped", lambda: W @ (X * inputs) + b),
        ]
    if layer < 3:
        kept, start = scene.own_weight_mask(layer), scene.X if layer == 1 else scene.own("A1")
        wrong += [
            ("weights-dropped", lambda: (W * kept / scene.keep) @ start + b),
            ("weights-dropped", lambda: (W * kept) @ start + b),
        ]
        D = scene.own_mask(layer)
        masked = (Z * D, Z * D / scene.keep, relu(Z) * D, relu(Z) * D / scene.keep)
        wrong += [("z-masked", value) for value in masked]
    if layer > 1:
        below, mask, keep = scene.weighted(layer - 1), scene.own_mask(layer - 1), scene.keep
        A = relu(below) if below is not None else np.full(mask.shape, np.nan)
        wrong += [
            ("dropout-not-passed-on", lambda: W @ A + b),
            ("cached-before-dropout", lambda: W @ (A * mask / keep) + b),
            ("cached-before-dropout", lambda: W @ (A * mask) + b),
        ]
    return single(Z, wrong)


def _output(_: int, scene: Pass) -> Candidates | None:
    """A3, which nothing is dropped from."""
    Z3 = scene.weighted(3)
    if Z3 is None:
        return None
    right, keep, m = sigmoid(Z3), scene.keep, scene.m
    before = (scene.units[1] + scene.units[2]) * m
    D3 = numbers("rand", before, 1, m) < keep
    wrong: list[tuple[str, Value]] = [
        ("output-dropped", lambda: right * D3 / keep),
        ("output-dropped", lambda: right * D3),
        ("output-not-sigmoid", Z3),
        ("output-not-sigmoid", lambda: relu(Z3)),
        ("relu-at-the-output", lambda: sigmoid(relu(Z3))),
        ("output-scaled", lambda: right / keep),
        ("output-scaled", lambda: right * keep),
    ]
    return single(right, wrong)


def _forward(entry: str, layer: int, made: Callable[[int, Pass], Candidates | None]) -> Aspect:
    def candidates(case: Case, entries: Mapping[str, Plain]) -> Candidates | None:
        return made(layer, Pass(case, entries))

    return Aspect(entry, candidates)


ASPECTS = (
    _forward("Z1", 1, _sums),
    _forward("D1", 1, masks),
    _forward("A1", 1, _masked),
    _forward("Z2", 2, _sums),
    _forward("D2", 2, masks),
    _forward("A2", 2, _masked),
    _forward("Z3", 3, _sums),
    _forward("A3", 3, _output),
)
