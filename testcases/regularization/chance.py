"""Whether zeros and ones look like independent chance. Private; for `law.py` and `mistakes/`.

All tests are on one mask, or on the two of one call: behind a seed, the masks of two calls are made of
the same numbers. Each bound says how often a mask drawn rightly is turned away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

#: A correlation so many standard deviations from zero is none of chance: by Bernstein's inequality its
#: probability is below 7e-11 where at least `_OVERLAP` products are added up. There are about 20,000 lags.
_FAR = 7.5
_OVERLAP = 700
#: Counts of rows or columns that are so much more even than chance makes them, in standard deviations
#: (Wilson and Hilferty's approximation of chi-square): about 2e-8.
_TOO_EVEN = -5.5


def rate_is_right(mask: np.ndarray, keep_prob: float, false_alarm: float) -> bool:
    """Whether so many ones are to be expected of a mask, by the binomial law; exactly, two-sided.

    Args:
        mask: zeros and ones, of any shape.
        keep_prob: probability of a one, 0 < keep_prob < 1.
        false_alarm: probability that a mask drawn rightly is turned away.
    """
    distribution, kept = _binomial(mask.size, keep_prob), int(mask.sum())
    fewer, more = distribution[: kept + 1].sum(), distribution[kept:].sum()
    return bool(min(fewer, more) >= false_alarm / 2)


@lru_cache(maxsize=64)
def _binomial(count: int, probability: float) -> np.ndarray:
    """P(K = k) for k = 0 … count, 0 < probability < 1."""
    k = np.arange(count + 1)
    log_factorials = _log_factorials(1 << count.bit_length())[: count + 1]
    choose = log_factorials[count] - log_factorials - log_factorials[::-1]
    mass: np.ndarray = np.exp(
        choose + k * math.log(probability) + (count - k) * math.log1p(-probability)
    )
    return mass


@lru_cache
def _log_factorials(count: int) -> np.ndarray:
    """log n! for n = 0 … count − 1."""
    return np.array([math.lgamma(n + 1) for n in range(count)])


def has_pattern(mask: np.ndarray) -> bool:
    """Whether it is one column or one row repeated."""
    return bool((mask[:, :1] == mask).all() or (mask[:1] == mask).all())


def surplus(mask: np.ndarray, keep_prob: float) -> float:
    """How many more ones there are than expected."""
    return float(mask.sum() - keep_prob * mask.size)


def are_fixed(surpluses: Sequence[np.ndarray | float]) -> bool:
    """Whether all counts are as rounding makes them of what is expected: down, to the nearest, or up.

    Of the counts of masks drawn rightly in all cases of a student's, at most one in 100,000.
    """
    return any(
        all(bool(np.all((low <= one) & (one <= low + 1))) for one in surpluses)
        for low in (-1.0, -0.5, 0.0)
    )


def counts_are_fixed(masks: Sequence[tuple[float, np.ndarray]]) -> bool:
    """Whether every mask keeps a number that was fixed before: in all, in each row, or in each column.

    Args:
        masks: each with its keep_prob, which is below 1.
    """
    ways = ((None, 1), (1, 1), (0, 0))  # the axis that is summed over, and the one of its size
    return any(
        are_fixed(
            [
                D.sum(axis=over) - keep_prob * (D.size if over is None else D.shape[axis])
                for keep_prob, D in masks
            ]
        )
        for over, axis in ways
    )


def follows_places(mask: np.ndarray) -> bool:
    """Whether zeros and ones follow each other regularly: every third one, or first all of one kind.

    A mask that is one column or one row repeated is looked at as that column or row, since chance may
    have made that. Of 1,500 independent numbers, fewer than one in 10¹⁰⁰ are so regular.
    """
    for line, repeated in ((mask[:, 0], mask[:, :1]), (mask[0], mask[:1])):
        if (repeated == mask).all():
            return _is_regular(line)
    return _is_regular(mask.ravel()) or _is_regular(mask.T.ravel())


def _is_regular(line: np.ndarray) -> bool:
    if np.count_nonzero(line[1:] != line[:-1]) <= 1:
        return True
    text = line.astype(np.uint8).tobytes()
    return any(text.startswith(text[lag:]) for lag in range(2, len(text) // 2 + 1))


def looks_drawn(mask: np.ndarray, keep_prob: float) -> bool:
    """Whether a large mask has no structure: no lag at which it is like itself, no evened counts."""
    if mask.size < 2 * _OVERLAP:
        return True
    return (
        all(_uncorrelated(flat, flat, keep_prob) for flat in (mask.ravel(), mask.T.ravel()))
        and _counts_vary(mask, keep_prob)
        and _counts_vary(mask.T, keep_prob)
    )


def are_independent(first: np.ndarray, second: np.ndarray, keep_prob: float) -> bool:
    """Whether neither mask is made of the other, shifted or reversed; small ones only as they stand."""
    size = min(first.size, second.size)
    one, other = first.ravel()[:size], second.ravel()[:size]
    if size < 2 * _OVERLAP:
        return not bool((one == other).all() or (one != other).all())
    pairs = [(first.ravel(), second.ravel()), (first.T.ravel(), second.T.ravel())]
    return all(
        _uncorrelated(one, turned, keep_prob)
        for one, other in pairs
        for turned in (other, other[::-1])
    )


def _uncorrelated(one: np.ndarray, other: np.ndarray, keep_prob: float) -> bool:
    """At no lag; not at lag 0 of a mask with itself."""
    length = one.size + other.size
    waves = [np.fft.rfft(flat - keep_prob, length) for flat in (one, other)]
    sums = np.fft.irfft(waves[0] * waves[1].conj(), length)
    lags = np.arange(length)
    # A lag beyond the first one's end is a negative one.
    overlap = np.where(
        lags < one.size,
        np.minimum(one.size - lags, other.size),
        np.minimum(other.size - (length - lags), one.size),
    )
    counted = overlap >= _OVERLAP
    if one is other:
        counted[0] = False
    spread = keep_prob * (1 - keep_prob) * np.sqrt(np.maximum(overlap, 1))
    return bool((np.abs(sums) / spread)[counted].max(initial=0) < _FAR)


def _counts_vary(mask: np.ndarray, keep_prob: float) -> bool:
    """Whether the counts of the rows are as uneven as chance makes them, or more."""
    rows, columns = mask.shape
    if rows < 2:
        return True
    spread = ((mask.sum(axis=1) - columns * keep_prob) ** 2).sum()
    ratio = spread / (columns * keep_prob * (1 - keep_prob)) / rows
    place = (ratio ** (1 / 3) - (1 - 2 / (9 * rows))) / math.sqrt(2 / (9 * rows))
    return bool(place > _TOO_EVEN)
