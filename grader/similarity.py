"""Pairs of students whose answers share more unusual things than chance explains. A hint to look, no more.

**Score.** Each answer is taken apart into traits (`similarity_traits`). A trait that `n` of `N` students have
weighs ln(N / (n + 1)): how surprising it is that a second student has it. Only traits that at most
`MOST_WITH_A_TRAIT` students have count at all: what more people share comes from the lecture, a book or a
forum, or is simply right, or a common mistake. A pair's score is the sum over what both have, where what
hangs together counts once (one statement with all its parts; all statements that are rare because of one
and the same rare word; all blanks in odd places), and what is of a piece counts less and less: of n
statements in one function, n names or n comments, the last is divided by the square root of n. A sentence
counts once and in full.

**Threshold.** Were traits independent, a pair would come to a score of at least s by chance with a
probability of at most exp(-s), and ln(pairs / EXPECTED_BY_CHANCE) would do. They are not: who likes
`np.multiply` likes it everywhere. So the threshold is that number times `STRETCH`, which was measured on
answers known to be independent: `python -m benchmarks similarity`, docs/similarity.md.

Pairs are found through an inverted index of rare traits. Never are all pairs looked at.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from .similarity_traits import (
    Kind,
    Trait,
    code_traits,
    plain,
    read_template,
    word_traits,
    words_of,
)

#: Pairs to be expected by chance in a class, whatever its size.
EXPECTED_BY_CHANCE = 0.1
#: How much heavier the tail of chance is than with independent traits. Measured; see above.
STRETCH = 1.4
#: A trait of more students is nobody's particular one.
MOST_WITH_A_TRAIT = 8
#: A word used by at most this share of a class is rare, so what is rare because of it counts once.
RARE_WORD = 0.1
#: In a smaller class nothing is rare.
SMALLEST_CLASS = 10


@dataclass(frozen=True)
class Shared:
    """Something that both students of a pair have, and hardly anybody else."""

    #: The answer in which the first of the two has it.
    grade_id: str
    kind: Kind
    #: How the first and the second of the two wrote it; one line of untrusted text each.
    excerpt: str
    excerpt_b: str
    #: How many students of the class have it, the two included.
    students: int
    weight: float

    def __str__(self) -> str:
        what = {
            "code": "a statement of the same form, names aside",
            "name": "the name",
            "comment": "the comment",
            "spacing": "blanks in the same odd places",
            "words": "the words",
        }[self.kind]
        quoted = self.excerpt if self.kind == "spacing" else f"`{self.excerpt}`"
        if self.kind == "code" and self.excerpt != self.excerpt_b:
            quoted += f" and `{self.excerpt_b}`"
        others = self.students - 2
        who = "nobody else" if not others else "1 other" if others == 1 else f"{others} others"
        return f"{self.grade_id}: {what} {quoted} ({who})"


@dataclass(frozen=True)
class Pair:
    """Two students (a before b) who share more than chance explains."""

    a: str
    b: str
    score: float
    #: The heaviest first.
    shared: tuple[Shared, ...]


@dataclass(frozen=True)
class Similarity:
    """What can be said of a class. For the instructor only."""

    #: The highest score first.
    pairs: tuple[Pair, ...]
    #: Students whose answers were compared: all who wrote something of their own.
    students: int
    #: The score from which on a pair is listed.
    threshold: float
    #: How many such pairs are to be expected by chance, at most.
    expected: float
    #: What the list says, in plain words.
    sentence: str
    #: What it cannot say.
    limits: tuple[str, ...]


#: The traits of a text, by whether it is prose, and by the text.
ReadTexts = dict[tuple[bool, str], Mapping[str, Trait]]


@dataclass(frozen=True)
class _Had:
    grade_id: str
    trait: Trait


LIMITS = (
    "It says nothing about clean right answers: on functions of four lines these look alike without copying. "
    "In made-up classes of 200 with ordinary habits, 15 % of those who took over all four functions as they "
    "were would have been listed, and none who took over two, or reworded the comments "
    "(docs/similarity.md).",
    f"It says nothing about what more than {MOST_WITH_A_TRAIT} students share; that is likely to come from "
    "the lecture, a book or a forum.",
    "It cannot tell copying from working together, a common tutor, or a common source; nor who wrote first.",
    "No pair in the list is no proof that nobody copied.",
)


def find_pairs(
    answers: Mapping[str, Mapping[str, str]],
    templates: Mapping[str, str],
    written: Collection[str] = (),
    read: ReadTexts | None = None,
) -> Similarity:
    """The pairs of students who share more than the template, the task and chance explain.

    Args:
        answers: by student and grade_id, the text of each answer, as handed in. Nothing of it is run.
        templates: what the released cells hold, by grade_id; under any other key, further text that was
            given out and so is nobody's own.
        written: the grade_ids whose answers are prose. All others are Python.
        read: what was read in an earlier call with the very same templates, to be used again and added to.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser's about how people write strings
        had = _traits(answers, templates, frozenset(written), {} if read is None else read)
    number = len(had)
    limit = threshold(number)
    if number < SMALLEST_CLASS:
        return Similarity((), number, limit, 0.0, _sentence(0, number), LIMITS)
    counts = Counter(key for traits in had.values() for key in traits)
    rare = {key: n for key, n in counts.items() if 2 <= n <= MOST_WITH_A_TRAIT}
    weights = {key: math.log(number / (n + 1)) for key, n in rare.items()}
    common = _common_words(had)
    pairs = []
    for (a, b), keys in _candidates(had, weights).items():
        if sum(weights[key] for key in keys) >= limit:
            pair = _pair(a, b, keys, had, rare, weights, common)
            if pair.score >= limit:
                pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.score, pair.a, pair.b))
    expected = EXPECTED_BY_CHANCE
    return Similarity(tuple(pairs), number, limit, expected, _sentence(len(pairs), number), LIMITS)


def threshold(students: int) -> float:
    """The score from which on a pair of a class of this size is listed."""
    pairs = max(1, students * (students - 1) // 2)
    return STRETCH * math.log(pairs / EXPECTED_BY_CHANCE)


def _traits(
    answers: Mapping[str, Mapping[str, str]],
    templates: Mapping[str, str],
    written: frozenset[str],
    read: ReadTexts,  # many answers are the very same text
) -> dict[str, dict[str, _Had]]:
    """By student and key, where the student has it first; students with nothing of their own left out."""
    template = read_template(
        [text for name, text in sorted(templates.items()) if name not in written],
        [text for name, text in sorted(templates.items()) if name in written],
    )
    had: dict[str, dict[str, _Had]] = {}
    for student in sorted(answers):
        own: dict[str, _Had] = {}
        for grade_id, text in sorted(answers[student].items()):
            prose = grade_id in written
            if (prose, text) not in read:
                traits = word_traits(text, template) if prose else code_traits(text, template)
                read[prose, text] = plain(traits)
            for key, trait in read[prose, text].items():
                own.setdefault(key, _Had(grade_id, trait))
        if own:
            had[student] = own
    return had


def _common_words(had: Mapping[str, Mapping[str, _Had]]) -> frozenset[str]:
    """The words in statements' forms that are not rare in this class."""
    counts: Counter[str] = Counter()
    cache: dict[str, frozenset[str]] = {}
    for traits in had.values():
        words: set[str] = set()
        for key, held in traits.items():
            if held.trait.kind == "code":
                if key not in cache:
                    cache[key] = words_of(key)
                words |= cache[key]
        counts.update(words)
    most = max(MOST_WITH_A_TRAIT, RARE_WORD * len(had))
    return frozenset(word for word, count in counts.items() if count > most)


def _candidates(
    had: Mapping[str, Mapping[str, _Had]], weights: Mapping[str, float]
) -> dict[tuple[str, str], list[str]]:
    """The rare keys that two students share, for all pairs that share one."""
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for student, traits in had.items():
        for key in traits:
            if key in weights:
                holders[key].append(student)
    shared: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, students in holders.items():
        for pair in combinations(students, 2):
            shared[pair].append(key)
    return shared


def _pair(
    a: str,
    b: str,
    keys: Iterable[str],
    had: Mapping[str, Mapping[str, _Had]],
    counts: Mapping[str, int],
    weights: Mapping[str, float],
    common: frozenset[str],
) -> Pair:
    """What two students share, where all that hangs together counts once."""
    taken: set[object] = set()
    pieces: Counter[str] = Counter()
    shared: list[Shared] = []
    # Of equal weight the longest first: a whole statement tells a reader more than a part of it.
    for key in sorted(keys, key=lambda key: (-weights[key], -len(key), key)):
        first, second = had[a][key], had[b][key]
        places = _places(a, first, common) | _places(b, second, common)
        if places & taken:
            continue
        taken |= places
        kind = first.trait.kind
        piece = first.grade_id if kind == "code" else kind
        pieces[piece] += 1
        weight = weights[key]
        if kind != "words":
            weight /= math.sqrt(pieces[piece])
        excerpts = first.trait.excerpt, second.trait.excerpt
        shared.append(Shared(first.grade_id, kind, *excerpts, counts[key], weight))
    return Pair(a, b, sum(part.weight for part in shared), tuple(shared))


def _places(student: str, held: _Had, common: frozenset[str]) -> set[object]:
    """What a shared trait uses up."""
    trait = held.trait
    if trait.kind == "name":
        return {trait.key}
    if trait.kind == "spacing":
        return {"spacing"}
    places: set[object] = {(student, held.grade_id, trait.kind, trait.place)}
    if trait.kind == "code":
        places |= {("word", word) for word in words_of(trait.key) - common}
    return places


def _sentence(pairs: int, students: int) -> str:
    if students < SMALLEST_CLASS:
        return (
            f"Answers of {students} student{'' if students == 1 else 's'} were there to compare. That is "
            f"too few to know what is unusual; from {SMALLEST_CLASS} on they are compared."
        )
    found = {0: "No two students share", 1: "One pair of students shares"}.get(
        pairs, f"{pairs} pairs of students share"
    )
    return (
        f"{found} more unusual names, comments or expressions than chance explains, among {students} "
        f"students. Among answers known to be independent, about one such pair in {round(1 / EXPECTED_BY_CHANCE)} "
        "classes or less was listed; no real class was measured. A pair is a reason to read both answers side by side, and to ask; it is no finding."
    )
