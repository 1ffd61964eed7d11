"""Wrong dropout on the way forward. Private.

Right: D of A's shape from the seeded stream, kept where below keep_prob; A·D/keep_prob. Each step is
looked at from the student's own earlier ones: their mask, their activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from ...core.compare import as_array
from ...core.diagnosis import NOTHING, Aspect, Candidates, Names, Value, numbers_of, single
from ...core.observe import STREAM_BEFORE_CALL
from ...core.protocol import Case, Plain
from ...core.slots import Slot, fill
from ..network import relu, sigmoid
from ..reference import seeded_masks
from .streams import KNOWN_KEEPS, OTHER_SEEDS, first_only, numbers, shuffled


class Pass:
    """One call of a forward pass: what it was given, and what the student made of it."""

    def __init__(self, case: Case, entries: Mapping[str, Plain]) -> None:
        self.X, self.parameters, self.keep = case.arguments
        self.m = self.X.shape[1]
        self.units = {k: self.parameters[f"W{k}"].shape[0] for k in (1, 2)}
        self._entries = entries

    def own(self, name: str) -> np.ndarray | None:
        """A student's entry of the shape of its layer, as numbers."""
        shape = (self.units.get(int(name[-1]), 1), self.m)
        return numbers_of(self._entries.get(name), shape)

    def right_mask(self, layer: int) -> np.ndarray:
        """The protocol's mask."""
        return seeded_masks(self.units[1], self.units[2], self.m, self.keep)[layer - 1]

    def own_mask(self, layer: int) -> np.ndarray:
        """The student's mask, spread over the layer if it is one number a unit or an example."""
        shape = (self.units[layer], self.m)
        array = as_array(self._entries.get(f"D{layer}"))
        if array is not None and array.ndim <= 2:
            try:
                return np.broadcast_to(np.asarray(array, dtype=float), shape)
            except ValueError:
                pass
        return self.right_mask(layer).astype(float)

    def own_weight_mask(self, layer: int) -> np.ndarray:
        """The student's mask where it has the shape of the weights; else one behind the seed."""
        W1, W = self.parameters["W1"], self.parameters[f"W{layer}"]
        own = numbers_of(self._entries.get(f"D{layer}"), W.shape)
        if own is not None:
            return own
        return numbers("rand", 0 if layer == 1 else W1.size, *W.shape) < self.keep

    def weights(self, layer: int, own: bool) -> tuple[np.ndarray, np.ndarray]:
        """W and b of a layer; the student's own, in case they were changed before they were used."""
        W, b = self.parameters[f"W{layer}"], self.parameters[f"b{layer}"]
        if not own:
            return W, b
        own_W = numbers_of(self._entries.get(f"W{layer}"), W.shape)
        own_b = numbers_of(self._entries.get(f"b{layer}"), b.shape)
        return W if own_W is None else own_W, b if own_b is None else own_b

    def own_or_weighted(self, layer: int) -> np.ndarray | None:
        """The student's own Z, or what follows from their activations below."""
        own = self.own(f"Z{layer}")
        return own if own is not None else self.weighted(layer)

    def weighted(self, layer: int, by_own: bool = False) -> np.ndarray | None:
        """Z of a layer, from the student's own activations below, and by the weights in their cache."""
        below = self.X if layer == 1 else self.own(f"A{layer - 1}")
        if below is None:
            return None
        W, b = self.weights(layer, by_own)
        result: np.ndarray = W @ below + b
        return result


def _masks(layer: int, scene: Pass) -> Candidates:
    """Everything that may stand for D, of layer 2 also where a wrong D1 has moved the stream."""
    found = single(scene.right_mask(layer), [])
    keep, m, n = scene.keep, scene.m, scene.units[layer]
    behind_inputs = scene.X.size
    if layer == 1:
        second = scene.right_mask(2)
        return found.and_also(_drawn_from(0, layer, scene)).and_also(
            [
                (("numbers-drawn-before",), lambda: numbers("rand", behind_inputs, n, m) < keep),
                (("mask-of-other-layer",), lambda: second if second.shape != (n, m) else NOTHING),
            ]
        )
    n_1 = scene.units[1]
    behind_both = behind_inputs + n_1 * m
    found = found.and_also(
        [(("numbers-drawn-before",), lambda: numbers("rand", behind_both, n, m) < keep)]
    )
    own, first = scene.own("D1"), scene.right_mask(1)
    from_the_start = numbers("rand", 0, n, m) < keep
    nothing = np.array(np.nan)
    again = own is not None and np.array_equal(own, first)
    # So many numbers were drawn for layer 1 by those who drew one a unit, one an example, one in
    # all, those of the weights' shape, or drew twice.
    for before in (n_1, m, 1, scene.parameters["W1"].size, 2 * n_1 * m):
        found = found.and_also([((), numbers("rand", before, n, m) < keep)])
    found = found.and_also(
        [
            (("seed-set-again",), lambda: from_the_start if again else nothing),
            ((), lambda: nothing if again else from_the_start),
            (("randn-for-rand",), lambda: numbers("randn", 0, n, m) < keep),
            (("mask-of-other-layer",), lambda: np.resize(first, (n, m))),
        ]
    )
    behind_rand = numbers("randn", n_1 * m, n, m, first="rand") < keep
    behind_randn = numbers("rand", n_1 * m, n, m, first="randn") < keep
    found = found.and_also(
        [
            (("randn-for-rand",), behind_rand),
            ((), behind_randn),
            (("mask-of-other-layer",), lambda: first if first.shape != (n, m) else nothing),
        ]
    )
    for before in (n_1 * m, 0, n_1, m):
        found = found.and_also(_drawn_from(before, layer, scene))
    return found


def of_fixed_counts(case: Case) -> Iterator[tuple[str, Names, np.ndarray]]:
    """Masks that keep a fixed number of units, by entry: whatever is shuffled behind the seed.

    And what is drawn rightly behind such a mask. For the example alone: the grading machine counts what
    is kept.
    """
    scene, m = Pass(case, {}), case.arguments[0].shape[1]
    first, second = (scene.units[layer] * m for layer in (1, 2))
    orders = (
        (1, shuffled(first)),
        (2, shuffled(second, behind=first)),
        (2, shuffled(second, behind_shuffled=first)),
    )
    name = ("kept-without-chance",)
    for layer, order in orders:
        n = scene.units[layer]
        for kept in dict.fromkeys((int(scene.keep * n * m), round(scene.keep * n * m))):
            for chosen in (order[:kept], order[n * m - kept :]):
                mask = np.zeros(n * m)
                mask[chosen] = 1
                yield f"D{layer}", name, mask.reshape(n, m)
            yield f"D{layer}", name, (order < kept).reshape(n, m)
            yield f"D{layer}", name, (order >= n * m - kept).reshape(n, m)
    stream = np.random.RandomState(1)
    stream.permutation(first)
    yield "D2", (), stream.rand(scene.units[2], m) < scene.keep


def _compared(layer: int, scene: Pass) -> list[np.ndarray]:
    """Activations compared with keep_prob: nothing is drawn."""
    Z, keep = scene.own_or_weighted(layer), scene.keep
    if Z is None:
        return [np.array(np.nan)] * 4
    return [relu(Z) < keep, relu(Z) > keep, keep > Z, Z > 0]


def _drawn_from(before: int, layer: int, scene: Pass) -> Iterator[tuple[Names, Value]]:
    """What stands for D by mistake, where so many numbers were drawn before."""
    keep, m, n = scene.keep, scene.m, scene.units[layer]
    W = scene.parameters[f"W{layer}"]
    uniform, normal = numbers("rand", before, n, m), numbers("randn", before, n, m)
    column, row = numbers("rand", before, n, 1), numbers("rand", before, 1, m)
    unseeded = numbers("rand", before, n, m, STREAM_BEFORE_CALL)
    once_more = numbers("rand", before + scene.units[1] * m, n, m)
    other_order = numbers("rand", scene.units[2] * m if layer == 1 else 0, n, m)
    other_layer = (scene.units[3 - layer], m)
    shapes = (W.shape, W.T.shape, (m, n), (1, 1), (n, n), (m, m), scene.X.shape, other_layer)
    wrong: list[tuple[str, Value]] = [
        ("randn-for-rand", lambda: normal < keep),
        ("randn-for-rand", lambda: np.abs(normal) < keep),
        ("comparison-turned", lambda: uniform > keep),
        ("drop-prob-for-keep-prob", lambda: uniform < 1 - keep),
        ("mask-all-ones", lambda: np.ones((n, m))),
        ("mask-all-zeros", lambda: np.zeros((n, m))),
        *(("keep-prob-hard-coded", uniform < known) for known in KNOWN_KEEPS),
        ("mask-not-compared", uniform),
        ("mask-not-compared", normal),
        ("mask-rounded", lambda: np.round(uniform)),
        ("mask-scaled", lambda: (uniform < keep) / keep),
        ("mask-one-column", lambda: column < keep),
        ("mask-one-column", lambda: np.broadcast_to(column < keep, (n, m))),
        ("mask-one-row", lambda: row < keep),
        ("mask-one-row", lambda: np.broadcast_to(row < keep, (n, m))),
        *(
            # Where the shape happens to be right, there is nothing to tell by it.
            (
                "mask-of-wrong-shape",
                numbers("rand", before, *shape) < keep if shape != (n, m) else np.array(np.nan),
            )
            for shape in shapes
        ),
        ("mask-of-wrong-shape", lambda: np.full((n, m), row[0, 0] < keep)),
        ("mask-of-one-number", lambda: np.asarray(row[0, 0] < keep)),
        ("coin-flips", lambda: numbers("coins", before, n, m)),
        ("coin-flips", lambda: 1 - numbers("coins", before, n, m)),
        *(("mask-from-activations", value) for value in _compared(layer, scene)),
        ("other-end-of-the-interval", lambda: uniform > 1 - keep),
        ("seed-missing", lambda: unseeded < keep),
        ("seed-missing", lambda: unseeded > 1 - keep),
        *(
            ("other-seed", numbers("rand", start, n, m, seed) < keep)
            for start in dict.fromkeys((before, 0))
            for seed in OTHER_SEEDS
        ),
        ("drawn-in-other-order", lambda: other_order < keep if layer == 1 else np.array(np.nan)),
        ("numbers-drawn-before", lambda: once_more < keep),
        ("first-unit-only", lambda: np.vstack([row < keep, np.ones((n - 1, m))])),
        ("first-example-only", lambda: np.hstack([column < keep, np.ones((n, m - 1))])),
    ]
    for name, value in wrong:
        yield (name,), value


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
        "active": [("", A), ("relu-missing", Z), ("sigmoid-for-relu", sigmoid(Z))],
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
            # Where Z was masked as well, the activations may be right all the same.
            ((), lambda: true_A * D / keep),
            (("scale-missing",), lambda: true_A * D),
        ]
    )


def _sums(layer: int, scene: Pass) -> Candidates | None:
    """Z of a layer: from the dropped activations below, not from others."""
    Z = scene.weighted(layer, by_own=True)
    if Z is None:
        return None
    W, b = scene.weights(layer, own=True)
    wrong: list[tuple[str, Value]] = [("bias-missing", Z - b), ("relu-of-sum", relu(Z))]
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
    _forward("D1", 1, _masks),
    _forward("A1", 1, _masked),
    _forward("Z2", 2, _sums),
    _forward("D2", 2, _masks),
    _forward("A2", 2, _masked),
    _forward("Z3", 3, _sums),
    _forward("A3", 3, _output),
)
