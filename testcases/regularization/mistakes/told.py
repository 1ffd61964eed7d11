"""What is told of every mistake that this assignment's judge can name. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.protocol import MistakeText
from ..items import ITEMS
from ..law import OTHER_STREAM, SHARE
from ..stops import HINTS
from .find import CATALOGUE
from .texts_whole import TEXTS as WHOLE

#: What is conceded is no mistake of the formula; no hint of the catalogue speaks of it.
_CONCEDED = {
    OTHER_STREAM: MistakeText(
        "This is dropout, but with other random numbers than everybody gets. Compare the seed, the "
        "function that draws, and the order of the layers with the docstring.",
        f"The masks obey the law of dropout, and come from another stream. {SHARE:.0%} of the points "
        "were given for them.",
    ),
    "fits-own-cache": MistakeText(
        "This is right behind the student's own forward pass, whose cache is not as its docstring says.",
        "Paid in full: what is wrong was charged to the forward pass.",
    ),
}


def mistake_texts() -> Mapping[str, Mapping[str, MistakeText]]:
    """The texts of the catalogue, and of what needs no formula, by item and by name of the mistake."""
    everywhere = {name: MistakeText(hint) for name, hint in HINTS.items()} | _CONCEDED
    found = {}
    for item in ITEMS:
        _, texts = CATALOGUE.get(item.name, ((), {}))
        own = {
            name: MistakeText(text.hint, text.note)
            for name, text in ({**WHOLE, **texts} if texts else {}).items()
        }
        found[item.name] = everywhere | own
    return found
