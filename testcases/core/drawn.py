"""From what is drawn for a student to hidden cases. Private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .protocol import Case, Plain


@dataclass(frozen=True)
class Drawn:
    """What is drawn for a hidden case; see `Case` for the fields."""

    family: str
    description: str
    arguments: tuple[Plain, ...]
    parts: tuple[str, ...] = ()
    #: Function and argument names, where they are not those of the public case.
    function: str = ""
    argument_names: tuple[str, ...] = ()


def with_hidden(public: Sequence[Case], drawn: Sequence[Drawn]) -> list[Case]:
    """An item's public cases, then what was drawn, as hidden cases with numbers."""
    hidden = [
        Case(
            name=f"hidden-{number}",
            family=one.family,
            function=one.function or public[0].function,
            arguments=one.arguments,
            argument_names=one.argument_names or public[0].argument_names,
            description=one.description,
            parts=one.parts,
        )
        for number, one in enumerate(drawn, start=1)
    ]
    return [*public, *hidden]
