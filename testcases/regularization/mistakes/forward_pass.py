"""A forward pass with dropout as it was called, and what a student made of it. Private."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...core.compare import as_array
from ...core.diagnosis import numbers_of
from ...core.protocol import Case, Plain
from ..reference import seeded_masks
from .streams import numbers


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
