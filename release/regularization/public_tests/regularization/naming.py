"""From what explains single entries to the mistakes that are told. Public: names only, no formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..core.protocol import Finding

#: Two that are found together are one mistake, which has a name of its own.
TOGETHER: Mapping[frozenset[str], str] = {
    frozenset({"comparison-turned", "mask-turned"}): "mask-marks-dropped",
    frozenset({"activation-for-mask", "mask-for-activation"}): "cache-order",
    frozenset({"dropout-missing", "scale-on-dz"}): "dropout-on-dz",
    frozenset({"scale-missing", "scale-on-dz"}): "scale-on-dz",
}
#: Of these, both must have been found in the same layer.
_IN_ONE_LAYER = frozenset({"dropout-on-dz", "scale-on-dz"})
#: What follows from another mistake, and is no mistake beside it: from the average that was taken
#: in dZ3, every gradient below looks as if it had none.
_CONSEQUENCES: Mapping[str, frozenset[str]] = {
    "dz3-averaged": frozenset({"data-not-averaged", "bias-not-averaged"}),
    "m-from-wrong-array": frozenset({"average-left-out"}),
    "mask-not-compared": frozenset({"mask-not-cached"}),
    "mask-scaled": frozenset({"mask-not-cached"}),
    "mask-not-cached": frozenset({"numbers-drawn-before"}),
    "mask-all-ones": frozenset({"scale-missing", "dropout-not-applied"}),
    "cached-before-dropout": frozenset(
        {"dropout-not-applied", "scale-missing", "mask-not-applied"}
    ),
    "z-masked": frozenset({"scale-missing"}),
    "z-scaled": frozenset({"scale-missing", "scale-multiplied"}),
    "scale-on-dz": frozenset({"scale-in-weights", "scale-multiplied"}),
    "weights-dropped": frozenset({"mask-of-wrong-shape", "dropout-not-applied"}),
    "inputs-dropped": frozenset({"numbers-drawn-before"}),
}
#: Seen in the Z of a layer, and made in the layer below it.
_MADE_BELOW = frozenset({"cached-before-dropout"})
#: Most mistakes that are told at once: who has more had better begin with these.
_MOST_TOLD = 3


def told(explained: Iterable[tuple[str, Sequence[str]]], hints: Mapping[str, str]) -> list[Finding]:
    """The findings of an answer, each mistake once with all its places.

    Args:
        explained: entries of the answer (or "" for all of it), with the names of what was found there.
        hints: what is told, by name.
    """
    places: dict[str, dict[str, None]] = {}
    for entry, names in explained:
        for name in names:
            places.setdefault(name, {})[_place(entry, name)] = None
    return [
        Finding(name, hints[name], tuple(place for place in where if place))
        for name, where in _simplified(places).items()
    ][:_MOST_TOLD]


def _simplified(places: dict[str, dict[str, None]]) -> dict[str, dict[str, None]]:
    """With one name for what is one mistake, and without what follows from another."""
    for pair, name in TOGETHER.items():
        if pair <= places.keys() and (
            name not in _IN_ONE_LAYER or set.intersection(*(set(places[one]) for one in pair))
        ):
            where = {place: None for one in places if one in pair for place in places[one]}
            places = {name: where, **{one: at for one, at in places.items() if one not in pair}}
    dropped = {consequence for name in places for consequence in _CONSEQUENCES.get(name, ())}
    return {name: where for name, where in places.items() if name not in dropped}


def _place(entry: str, name: str) -> str:
    if not entry[-1:].isdigit():
        return ""
    return f"layer {int(entry[-1]) - (name in _MADE_BELOW)}"
