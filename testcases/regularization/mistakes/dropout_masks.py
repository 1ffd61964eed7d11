"""Wrong masks: what may have been drawn, compared or shaped otherwise. Private."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.diagnosis import NOTHING, Candidates, Names, Value, single
from ...core.observe import STREAM_BEFORE_CALL
from ...core.protocol import Case
from ..network import relu
from .forward_pass import Pass
from .streams import KNOWN_KEEPS, OTHER_SEEDS, numbers, shuffled


def masks(layer: int, scene: Pass) -> Candidates:
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
    again = own is not None and np.array_equal(own, first)
    # So many numbers were drawn for layer 1 by those who drew one a unit, one an example, one in
    # all, those of the weights' shape, or drew twice.
    for before in (n_1, m, 1, scene.parameters["W1"].size, 2 * n_1 * m):
        found = found.and_also([((), numbers("rand", before, n, m) < keep)])
    found = found.and_also(
        [
            (("seed-set-again",), lambda: from_the_start if again else NOTHING),
            ((), lambda: NOTHING if again else from_the_start),
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
            (("mask-of-other-layer",), lambda: first if first.shape != (n, m) else NOTHING),
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
        return [NOTHING] * 4
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
                numbers("rand", before, *shape) < keep if shape != (n, m) else NOTHING,
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
        ("drawn-in-other-order", lambda: other_order < keep if layer == 1 else NOTHING),
        ("numbers-drawn-before", lambda: once_more < keep),
        ("first-unit-only", lambda: np.vstack([row < keep, np.ones((n - 1, m))])),
        ("first-example-only", lambda: np.hstack([column < keep, np.ones((n, m - 1))])),
    ]
    for name, value in wrong:
        yield (name,), value
