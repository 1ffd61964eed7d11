"""Wrong dropout on the way back. Private.

Right: dA·D/keep_prob with the masks of the forward pass. Each step is looked at from the student's
own gradient of the layer above.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ...core.diagnosis import NOTHING, Candidates, Value, close, single
from ...core.observe import STREAM_BEFORE_CALL
from ...core.slots import Slot, fill
from ..network import relu
from .cost import KNOWN_LAMBDAS, KNOWN_SIZES
from .gradients import Scene, aspects, bias_averages, output_error, passed_on, through_relu
from .streams import KNOWN_KEEPS, first_only, numbers


def _through_mask(layer: int, scene: Scene) -> Candidates | None:
    """dA = Wᵀ·dZ of the layer above, through the mask and the scale of the forward pass."""
    dZ = scene.own(f"dZ{layer + 1}")
    if dZ is None:
        return None
    keep, cache = scene.hyperparameter, scene.cache
    D, A = np.asarray(cache[f"D{layer}"], dtype=float), cache[f"A{layer}"]
    plain = cache[f"W{layer + 1}"].T @ dZ
    other = np.asarray(cache[f"D{3 - layer}"], dtype=float)
    if other.shape != D.shape:  # then NumPy has complained already
        other = np.full(D.shape, np.nan)
    dropped = 1 - keep if keep < 1 else np.nan
    slots: dict[str, Slot] = {
        "mask": [
            ("", D),
            ("mask-missing", lambda: np.ones(D.shape)),
            ("mask-turned", 1 - D),
            ("activation-for-mask", A),
            ("relu-for-mask", lambda: A > 0),
            ("mask-of-other-layer", other),
            ("mask-one-column", lambda: np.broadcast_to(D[:, :1], D.shape)),
            ("mask-one-row", lambda: np.broadcast_to(D[:1], D.shape)),
            *(("fresh-mask", mask) for mask in _fresh_masks(layer, scene)),
        ],
        "scale": [
            ("", 1 / keep),
            ("scale-missing", 1.0),
            ("scale-multiplied", keep),
            ("scale-by-drop-prob", 1 / dropped),
            ("scale-by-drop-prob", 1 - keep),
            ("scale-twice", 1 / keep**2),
            ("scale-sign-turned", -1 / keep),
            ("scale-by-root", 1 / np.sqrt(keep)),
            ("scale-by-mask-rate", lambda: 1 / max(float(D.mean()), 1e-12)),
            *(("keep-prob-hard-coded", 1 / known) for known in KNOWN_KEEPS),
        ],
        "gradient": [
            ("", plain),
            ("relu-of-gradient", lambda: relu(plain)),
            ("da-passed-on", lambda: passed_on(layer, scene)),
            ("da-averaged", lambda: plain / scene.m),
        ],
    }

    def formula(**part: np.ndarray) -> np.ndarray:
        return part["gradient"] * part["mask"] * part["scale"]

    def mixed() -> np.ndarray:
        product: np.ndarray = cache[f"D{layer}"] @ cache[f"D{layer}"].T
        return product  # of truth values, truth values

    more: list[tuple[str, Value]] = [
        ("dropout-missing", plain),
        ("mask-overwrites-gradient", lambda: D / keep),
        ("mask-overwrites-gradient", D),
        ("mask-added", lambda: plain + D),
        ("mask-added", lambda: (plain + D) / keep),
        ("mask-added", lambda: plain + D / keep),
        ("divided-by-mask", lambda: plain / D / keep),
        ("divided-by-mask", lambda: plain / D),
        ("integer-division", lambda: plain * D // keep),
        ("integer-division", lambda: plain // keep * D),
        ("parentheses-missing", lambda: plain * D / 1 - keep),
        ("dropped-not-zero", lambda: np.where(D > 0, plain / keep, plain * (1 - keep))),
        ("dropped-not-zero", lambda: np.where(D > 0, plain / keep, plain)),
        ("dropped-not-zero", lambda: np.where(D > 0, plain / keep, 1 - keep)),
        *(("scale-multiplied", plain * D * known) for known in KNOWN_KEEPS),
        *first_only(plain, D, keep),
        ("matrix-product-for-mask", lambda: mixed() @ plain / keep),
        ("matrix-product-for-mask", lambda: mixed() @ plain),
        ("dropout-missing", lambda: plain * keep if _is_scaled(layer + 1, scene) else NOTHING),
    ]
    return fill(slots, formula).and_also(((name,), value) for name, value in more)


def _is_scaled(layer: int, scene: Scene) -> bool:
    """Whether the student's dZ has the scale that belongs to dA; what came before it may have been dA."""
    own = scene.own(f"dZ{layer}")
    if layer == 3:
        right: np.ndarray | None = scene.cache["A3"] - scene.Y
    else:
        dA = scene.own(f"dA{layer}")
        right = dA * (scene.cache[f"A{layer}"] > 0) if dA is not None else None
    if own is None or right is None:
        return False
    return bool(close((right / scene.hyperparameter)[None], own)[0])


def _fresh_masks(layer: int, scene: Scene) -> list[np.ndarray]:
    """Masks drawn in the backward pass: behind a seed, or behind none."""
    n_1, n_2 = scene.cache["D1"].shape[0], scene.cache["D2"].shape[0]
    n, m = scene.cache[f"D{layer}"].shape
    return [
        numbers(kind, before * m, n, m, seed) < scene.hyperparameter
        for kind in ("rand", "randn")
        for before in (0, n_1, n_2)
        for seed in (1, 0, 2, 3, STREAM_BEFORE_CALL)
    ]


def _through_both(layer: int, scene: Scene) -> Candidates | None:
    """dZ = dA where the unit is active; from the masked dA, not from the one before."""
    found = through_relu(layer, scene)
    dZ = scene.own(f"dZ{layer + 1}")
    if found is None or dZ is None:
        return None
    before = scene.cache[f"W{layer + 1}"].T @ dZ
    active, right = scene.cache[f"A{layer}"] > 0, found.values[0]
    # Where A is not zero the unit was kept, so of a mask on dZ nothing is seen but its scale.
    return found.and_also(
        [
            (("dropout-not-passed-on",), before * active),
            (("scale-on-dz",), lambda: right / scene.hyperparameter),
        ]
    )


def _output_error(layer: int, scene: Scene) -> Candidates:
    """dZ3 = A3 − Y, which no mask and no scale belongs to."""
    found, keep, D = output_error(layer, scene), scene.hyperparameter, scene.cache["D2"]
    right = found.values[0]
    return found.and_also(
        [
            (("scale-on-dz",), lambda: right / keep),
            (("mask-on-dz",), lambda: right * D if len(D) > 1 else NOTHING),
            (("mask-on-dz",), lambda: right * D / keep if len(D) > 1 else NOTHING),
        ]
    )


def _weights(layer: int, scene: Scene) -> Candidates | None:
    """dW without a penalty."""
    dZ = scene.own(f"dZ{layer}")
    if dZ is None:
        return None
    below, m = scene.below(layer), scene.m
    right = dZ @ below.T / m
    keep, W = scene.hyperparameter, scene.cache[f"W{layer}"]
    masks = np.asarray(scene.cache[f"D{layer - 1}"], dtype=float) if layer > 1 else below
    kept = np.asarray(scene.cache[f"D{layer}"], dtype=float) if layer < 3 else np.ones(dZ.shape)
    wrong: list[tuple[str, Value]] = [
        *(("penalty-added", right + known / m * W) for known in KNOWN_LAMBDAS),
        ("penalty-added", lambda: right + keep / m * W),
        ("penalty-added", lambda: right + keep / (2 * m) * W),
        ("penalty-added", lambda: right + keep * W),
        ("mask-for-activation", lambda: dZ @ masks.T / m),
        ("m-from-kept", lambda: right * m / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)),
        ("m-from-kept", lambda: right * m / max(float(kept.sum()), 1e-12)),
        ("m-from-wrong-array", lambda: right * m / scene.X.shape[0]),
        ("m-from-wrong-array", lambda: right * m / dZ.shape[0]),
        *(("m-hard-coded", partial(np.multiply, right, m / known)) for known in KNOWN_SIZES),
        ("transposed", right.T),
        ("data-not-averaged", lambda: right * m),
        ("data-averaged-twice", lambda: right / m),
        ("scale-in-weights", lambda: right / keep),
        ("scale-in-weights", lambda: right * keep),
    ]
    return single(right, wrong)


_HIDDEN_LAYER = {
    "dA": _through_mask,
    "dZ": _through_both,
    "dW": _weights,
    "db": bias_averages,
}
ASPECTS = (
    *aspects(3, {"dZ": _output_error, "dW": _weights, "db": bias_averages}),
    *aspects(2, _HIDDEN_LAYER),
    *aspects(1, _HIDDEN_LAYER),
)
