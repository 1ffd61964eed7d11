"""From what explains single entries to the mistakes that are told. Public: names only, no formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..core.protocol import Finding

#: Who has more had better begin with these.
_MOST_TOLD = 3


def told(
    explained: Iterable[tuple[str, Sequence[str] | None]], hints: Mapping[str, str]
) -> list[Finding] | None:
    """Each mistake once, with the layers in which it was made; None if nobody knows.

    Args:
        explained: entries of the answer with the names of what was found there: none if the entry is
            right, None if nothing known leads to it.
        hints: what is told, by name.
    """
    places: dict[str, dict[str, None]] = {}
    unknown = False
    for entry, names in explained:
        unknown = unknown or names is None
        for name in names or ():
            layers = [f"layer {entry[-1]}"] if entry[-1].isdigit() else []
            places.setdefault(name, {}).update(dict.fromkeys(layers))
    if not places and unknown:
        return None
    return [Finding(name, hints[name], tuple(where)) for name, where in places.items()][:_MOST_TOLD]
