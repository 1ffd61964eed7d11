"""Wrong gradients of the cost with an L2 penalty. Right: dW = dZ·A_prevᵀ/m + λ/m·W. Private.

Each layer is looked at by itself, from the student's own dZ of that layer: an error is named where
it was made, and not again in all layers below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ...core.diagnosis import Aspect, Candidates, Value, numbers_of, single
from ...core.protocol import Case, Plain
from ...core.slots import Slot, fill
from ..items import DROPOUT_CACHE, PLAIN_CACHE
from .cost import KNOWN_SIZES, lambda_slot, size_slot

Arrays = Mapping[str, np.ndarray]
#: What a layer's candidates are made from: the case's cache and arguments, and the student's entries.
Made = Callable[[int, "Scene"], Candidates | None]


class Scene:
    """One call of a backward pass: what it was given, and what the student made of it."""

    def __init__(self, case: Case, entries: Mapping[str, Plain]) -> None:
        self.X, self.Y, values, self.hyperparameter = case.arguments
        order = DROPOUT_CACHE if len(values) == len(DROPOUT_CACHE) else PLAIN_CACHE
        self.cache: Arrays = dict(zip(order, values, strict=True))
        self.m = self.X.shape[1]
        self._entries = entries

    def below(self, layer: int) -> np.ndarray:
        """The activations that a layer starts from."""
        return self.X if layer == 1 else self.cache[f"A{layer - 1}"]

    def own(self, name: str) -> np.ndarray | None:
        """A student's entry that has the shape of its layer's activations, and can be computed with."""
        return numbers_of(self._entries.get(name), self.cache[f"A{name[-1]}"].shape)


def aspects(layer: int, entries: Mapping[str, Made]) -> list[Aspect]:
    """The aspects of one layer, in the order in which a backward pass comes to them."""
    return [
        Aspect(f"{entry}{layer}", partial(_candidates, made, layer))
        for entry, made in entries.items()
    ]


def _candidates(
    made: Made, layer: int, case: Case, entries: Mapping[str, Plain]
) -> Candidates | None:
    return made(layer, Scene(case, entries))


def output_error(_: int, scene: Scene) -> Candidates:
    """dZ3 = A3 − Y."""
    A3, Y = scene.cache["A3"], scene.Y
    wrong: list[tuple[str, Value]] = [
        ("dz3-averaged", lambda: (A3 - Y) / scene.m),
        ("dz3-sign-turned", lambda: Y - A3),
        ("labels-left-out", A3),
        ("sigmoid-derivative-again", lambda: (A3 - Y) * A3 * (1 - A3)),
        ("dz3-squared", lambda: (A3 - Y) ** 2),
        ("dz3-doubled", lambda: 2 * (A3 - Y)),
    ]
    return single(A3 - Y, wrong)


def weights(layer: int, scene: Scene) -> Candidates | None:
    """dW = dZ·A_prevᵀ/m + λ/m·W."""
    dZ, W, lambd, m = (
        scene.own(f"dZ{layer}"),
        scene.cache[f"W{layer}"],
        scene.hyperparameter,
        scene.m,
    )
    if dZ is None:
        return None
    below = scene.below(layer)
    product = dZ @ below.T
    numbers = (float(W.size), float(W.shape[0]), float(W.shape[1]), float(scene.X.shape[0]))
    above = scene.cache[f"A{layer}"]
    summed = dZ.sum(axis=1, keepdims=True) @ below.sum(axis=1, keepdims=True).T
    confused = dZ @ scene.cache[f"Z{layer - 1}"].T if layer > 1 else np.full(W.shape, np.nan)
    norm = max(float(np.sqrt((W**2).sum())), 1e-300)
    whole = np.ones(W.shape)
    without_first_column = W.copy()
    without_first_column[:, 0] = 0
    slots: dict[str, Slot] = {
        "lambd": lambda_slot(lambd),
        "half": [("", 1.0), ("half-kept", 0.5), ("doubled", 2.0)],
        "size": size_slot(m, numbers),
        "sign": [("", 1.0), ("sign-turned", -1.0), ("penalty-missing", 0.0)],
        "form": [
            ("", W),
            ("weights-squared", lambda: W**2),
            ("weights-absolute", lambda: np.abs(W)),
            ("sign-for-weights", lambda: np.sign(W)),
            ("sum-for-matrix", lambda: W.sum() * whole),
            ("sum-for-matrix", lambda: (W**2).sum() * whole),
            ("sum-for-matrix", lambda: np.sqrt((W**2).sum()) * whole),
            ("sum-for-matrix", lambda: W.mean() * whole),
            ("sum-for-matrix", lambda: W.sum(axis=1, keepdims=True) * whole),
            ("sum-for-matrix", lambda: W.sum(axis=0, keepdims=True) * whole),
            ("weights-left-out", whole),
            ("first-column-left-out", without_first_column),
            ("bias-for-weights", lambda: scene.cache[f"b{layer}"] * whole),
            ("weights-normalized", lambda: W / norm),
            ("weights-normalized", lambda: W / np.abs(W).max()),
            ("power-too-high", lambda: W**3),
            ("gradient-for-weights", lambda: product / m),
            ("gradient-for-weights", product),
        ],
        "data": [
            ("", lambda: product / m),
            ("data-term-missing", lambda: 0.0 * product),
            ("data-not-averaged", product),
            ("data-averaged-twice", lambda: product / m**2),
            *(("m-hard-coded", partial(np.divide, product, known)) for known in KNOWN_SIZES),
            ("data-sign-turned", lambda: -product / m),
            ("data-halved", lambda: product / (2 * m)),
            ("z-for-a", lambda: confused / m),
            ("product-of-sums", lambda: summed / m),
            ("product-of-sums", lambda: summed / m**2),
            (
                "activation-of-own-layer",
                lambda: (dZ * above).sum(axis=1, keepdims=True) / m * whole,
            ),
            *(("m-from-wrong-array", product / number) for number in numbers),
        ],
    }

    def formula(**part: np.ndarray) -> np.ndarray:
        return (
            part["data"] + part["sign"] * part["lambd"] * part["half"] * part["size"] * part["form"]
        )

    return fill(slots, formula).and_also(
        [
            (("penalty-multiplied",), lambda: product / m * (lambd / m) * W),
            (("penalty-multiplied",), lambda: product / m * (1 + lambd / m)),
            (("parentheses-misplaced",), lambda: (product + lambd) * W / m),
            (("lambda-on-both-terms",), lambda: (product + W) * lambd / m),
            (("lambda-on-both-terms",), lambda: (product / m + W) * lambd / m),
            (("lambda-on-both-terms",), lambda: (product / m + W) * lambd),
            (("parentheses-misplaced",), lambda: (product + lambd) / m + W),
            (("parentheses-misplaced",), lambda: (product / m + lambd) / m + W),
            (("parentheses-misplaced",), lambda: (dZ + lambd / m) @ below.T / m + W),
            (("parentheses-misplaced",), lambda: (dZ + lambd / m * W.sum()) @ below.T / m),
            (("parentheses-misplaced",), lambda: (dZ + lambd) @ below.T / m + W),
            (("decay-of-the-update",), lambda: product / m + (1 - lambd / m) * W),
            (("decay-of-the-update",), lambda: product / m + (1 - lambd) * W),
            (("integer-division",), lambda: product / m + lambd // m * W),
            (("integer-division",), lambda: product / m + lambd * W // m),
            (("integer-division",), lambda: product // m + lambd / m * W),
            (("average-left-out",), lambda: product + lambd * W),
            (("fraction-turned",), lambda: product / m + (m / lambd if lambd else np.nan) * W),
            (("fraction-turned",), lambda: product / m + lambd / (m * W)),
            (("transposed",), lambda: (product / m + lambd / m * W).T),
            (("transposed",), lambda: (product / m).T),
            (("average-twice",), lambda: (product / m + lambd / m * W) / m),
        ]
    )


def biases(layer: int, scene: Scene) -> Candidates | None:
    """db = sum of dZ over the examples, divided by m; penalized by mistake."""
    found = bias_averages(layer, scene)
    if found is None:
        return None
    right, b, lambd, m = (
        found.values[0],
        scene.cache[f"b{layer}"],
        scene.hyperparameter,
        scene.m,
    )
    penalized = [right + lambd / m * b, right + lambd * b, right + lambd / (2 * m) * b]
    return found.and_also((("biases-penalized",), value) for value in penalized)


def bias_averages(layer: int, scene: Scene) -> Candidates | None:
    """db = sum of dZ over the examples, divided by m."""
    dZ, b, m = scene.own(f"dZ{layer}"), scene.cache[f"b{layer}"], scene.m
    if dZ is None:
        return None
    total = dZ.sum(axis=1, keepdims=True)
    n_x = scene.X.shape[0]
    wrong: list[tuple[str, Value]] = [
        ("bias-not-averaged", total),
        ("bias-averaged-twice", lambda: total / m**2),
        ("bias-shape", lambda: (total / m).ravel()),
        ("bias-summed-over-all", lambda: np.asarray(dZ.sum() / m)),
        ("bias-summed-over-all", lambda: np.full(b.shape, dZ.sum() / m)),
        ("bias-wrong-axis", lambda: dZ.sum(axis=0, keepdims=True) / m),
        ("m-from-wrong-array", lambda: total / n_x),
        ("m-from-wrong-array", lambda: total / dZ.shape[0]),
        *(("m-hard-coded", partial(np.divide, total, known)) for known in KNOWN_SIZES),
    ]
    return single(total / m, wrong)


def passed_on(layer: int, scene: Scene) -> np.ndarray:
    """Wᵀ·dA of the layer above, where dZ belongs."""
    W = scene.cache[f"W{layer + 1}"]
    dA = scene.own(f"dA{layer + 1}")
    return W.T @ dA if dA is not None else np.full((W.shape[1], scene.m), np.nan)


def _of_shape(shape: tuple[int, ...], *arrays: np.ndarray) -> list[np.ndarray]:
    """Each spread to a shape; nan where it cannot be: NumPy has complained then."""
    found = []
    for array in arrays:
        try:
            found.append(np.broadcast_to(array, shape))
        except ValueError:
            found.append(np.full(shape, np.nan))
    return found


def activations(layer: int, scene: Scene) -> Candidates | None:
    """dA = Wᵀ·dZ of the layer above."""
    dZ = scene.own(f"dZ{layer + 1}")
    if dZ is None:
        return None
    W, m, lambd = scene.cache[f"W{layer + 1}"], scene.m, scene.hyperparameter
    right = W.T @ dZ
    decayed = W + lambd / m * W
    wrong: list[tuple[str, Value]] = [
        ("penalty-in-da", lambda: right + lambd / m * scene.cache[f"A{layer}"]),
        ("penalty-in-da", lambda: right + lambd * scene.cache[f"A{layer}"]),
        ("weights-changed-too-early", lambda: decayed.T @ dZ),
        ("weights-changed-too-early", lambda: (W - lambd / m * W).T @ dZ),
        ("weights-changed-too-early", lambda: (lambd / m * W).T @ dZ),
        ("da-averaged", lambda: right / m),
        *(
            ("penalty-in-da", right + factor * term)
            for factor in (lambd / m, lambd)
            for term in _of_shape(right.shape, W.T, W.T.sum(axis=1, keepdims=True))
        ),
        ("da-masked-early", lambda: right * (scene.cache[f"A{layer}"] > 0)),
        ("da-passed-on", lambda: passed_on(layer, scene)),
    ]
    return single(right, wrong)


def through_relu(layer: int, scene: Scene) -> Candidates | None:
    """dZ = dA where the unit is active, else 0."""
    dA, A = scene.own(f"dA{layer}"), scene.cache[f"A{layer}"]
    if dA is None:
        return None
    wrong: list[tuple[str, Value]] = [
        ("relu-derivative-missing", dA),
        ("activation-for-derivative", lambda: dA * A),
        ("relu-derivative-turned", lambda: dA * (A <= 0)),
        ("relu-for-derivative", lambda: np.maximum(dA, 0)),
        ("relu-derivative-of-gradient", lambda: dA * (dA > 0)),
        ("tanh-derivative", lambda: dA * (1 - A**2)),
        ("sigmoid-derivative", lambda: dA * A * (1 - A)),
    ]
    return single(dA * (A > 0), wrong)


ASPECTS = (
    *aspects(3, {"dZ": output_error, "dW": weights, "db": biases}),
    *aspects(2, {"dA": activations, "dZ": through_relu, "dW": weights, "db": biases}),
    *aspects(1, {"dA": activations, "dZ": through_relu, "dW": weights, "db": biases}),
)
