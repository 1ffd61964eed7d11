"""How numbers and names are written for people: one rule for each, on pages, in pictures and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

#: From here on points are not written out digit by digit.
_LARGEST = 1e12
#: What stands where there is no number.
NOTHING = "–"


def points(value: float | None) -> str:
    """Points and scores: at most two decimals, and no zeros at the end."""
    if value is None:
        return NOTHING
    if not abs(value) < _LARGEST:  # nobody's points; but somebody may have typed them
        return f"{value:.3g}"
    text = rounded(value, 2).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def rounded(value: float, decimals: int) -> str:
    """With so many decimals: half of the last goes up (below zero: down), as a person expects."""
    if not abs(value) < _LARGEST:
        return f"{value:.3g}"
    # By way of some digits more, since floats are not exact: 0.145 * 100 is less than 14.5.
    exact = Decimal(f"{value:.{decimals + 4}f}")
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def of_points(value: float) -> str:
    """Points with the word, as in "1 point"."""
    text = points(value)
    return f"{text} point{'' if text == '1' else 's'}"


def were(value: float) -> str:
    """Points as the subject of a sentence: "1 point was", "2 points were"."""
    told = of_points(value)
    return f"{told} {'was' if told == of_points(1) else 'were'}"


def percent(share: float | None) -> str:
    """A share in whole percent; what is not quite nothing, or not quite all, is not rounded to it."""
    if share is None:
        return NOTHING
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{rounded(share * 100, 0)} %"


def coefficient(value: float | None) -> str:
    """A correlation: two decimals, and a minus sign as long as a plus."""
    if value is None:
        return NOTHING
    text = rounded(value, 2).replace("-", "−")
    return "0.00" if text == "−0.00" else text


def counted(number: int, noun: str, plural: str = "") -> str:
    """So many of something: "1 student", "2 students"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """As a sentence lists them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def joined(notes: Sequence[str]) -> str:
    """Notes in one line; a full stop at the end of one gives way."""
    return "; ".join([*(note.rstrip(".") for note in notes[:-1]), *notes[-1:]])


def in_words(name: str) -> str:
    """What a mistake is called, for people: "scale-missing" is "scale missing"."""
    return name.replace("-", " ")


def readable(name: str) -> str:
    """A name that a machine uses, as a heading: "gradient_checking" is "Gradient checking"."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def moment(time: datetime) -> str:
    """A time to the minute. The gradebook's times have no zone, and are UTC."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(seconds: float) -> str:
    """A length of time in its two largest units."""
    length = timedelta(seconds=round(seconds))
    hours, rest = divmod(length.seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(length.days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"
