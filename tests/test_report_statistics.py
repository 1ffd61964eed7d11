"""The figures of a report, against formulas of others; and how a class moved."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grader.report_item_figures import KINDS
from grader.report_movement import movement
from grader.report_statistics import (
    correlation,
    distribution,
    interval,
    item_figures,
    mistake_figures,
    summarize,
    unexplained,
)
from grader.results import Result
from testcases.core.wording import unrecognised

from .report_support import BACK, COST, FORWARD, ITEMS, item_result, result_of

#: Two items without a person, for small classes.
TWO = ITEMS[:2]


def some_class(count: int = 40) -> list[Result]:
    """A class with points drawn at random."""
    generator = np.random.default_rng(3)
    shares = generator.choice([0, 0.25, 0.5, 1], size=(count, len(ITEMS)))
    return [
        result_of(
            f"s{number}",
            *(
                item_result(item, item.points * share)
                for item, share in zip(ITEMS, row, strict=True)
            ),
        )
        for number, row in enumerate(shares)
    ]


def pairs(*points: tuple[float, float]) -> list[Result]:
    """Students with these points for two items."""
    return [
        result_of(f"s{number}", *map(item_result, TWO, row)) for number, row in enumerate(points)
    ]


def test_discrimination_is_the_correlation_with_the_rest_by_numpy_and_scipy() -> None:
    """Each item's points go with those of all others, itself left out, as other libraries count it."""
    results = some_class()
    points = np.array([[item.score for item in result.items] for result in results])
    for number, found in enumerate(item_figures(ITEMS, results)):
        rest = np.delete(points, number, axis=1).sum(axis=1)
        theirs = stats.pearsonr(points[:, number], rest)
        low, high = theirs.confidence_interval(0.95)
        assert found.discrimination == pytest.approx(np.corrcoef(points[:, number], rest)[0, 1])
        assert found.discrimination == pytest.approx(theirs.statistic)
        assert found.interval == pytest.approx((low, high), abs=1e-6)
        assert found.share == pytest.approx(points[:, number].mean() / ITEMS[number].points)


@pytest.mark.parametrize(
    "results",
    [
        pairs((15, 20), (15, 0), (15, 5)),
        pairs((15, 20), (0, 20), (5, 20)),
        pairs((15, 20), (0, 0)),
        pairs((15, 20)),
        [],
    ],
    ids=["item always the same", "rest always the same", "two students", "one student", "nobody"],
)
def test_discrimination_is_none_where_it_is_undefined(results: list[Result]) -> None:
    """Nothing is made up where a correlation has no value or says nothing."""
    assert item_figures(TWO, results)[0].discrimination is None


def test_a_perfect_correlation_has_no_interval() -> None:
    """Fisher's transformation has no value at 1, and four students are needed for it."""
    line = np.arange(5.0)
    assert correlation(line, 2 * line) == 1
    assert interval(1.0, 5) is None
    assert interval(0.5, 3) is None


def test_while_an_answer_waits_its_item_has_no_figures() -> None:
    """Of some answers nothing is worked out but who earned what, and their item is no part of the rest of another."""
    first, written = ITEMS[0], ITEMS[-1]
    rows = [(15, 10), (0, None), (5, 2), (15, 9), (0, 1)]
    results = [
        result_of(f"s{n}", item_result(first, a), item_result(ITEMS[1], a), item_result(written, b))
        for n, (a, b) in enumerate(rows)
    ]
    cost, _, read = item_figures([first, ITEMS[1], written], results)
    assert (read.counted, read.waiting) == (4, 1)
    assert read.earned == ((10, 1), (9, 1), (2, 1), (1, 1))
    assert (read.mean, read.share, read.discrimination, read.interval) == (None,) * 4
    assert cost.discrimination == pytest.approx(1)  # with the second item alone


def test_every_student_is_counted_once_at_an_item() -> None:
    """All points, some, none for three reasons, and waiting add up to the class."""
    item = ITEMS[0]
    results = [
        result_of("a", item_result(item, 15)),
        result_of("b", item_result(item, 5)),
        result_of("c", item_result(item, 0)),
        result_of("d", item_result(item, 0, verdict="timeout")),
        result_of("e", item_result(item, 0, verdict="not_attempted")),
        result_of("f", item_result(item, None)),
    ]
    (found,) = item_figures([item], results)
    assert [getattr(found, kind) for kind, _, _ in KINDS] == [1] * 6
    assert found.counted == 5
    assert found.earned == ((15, 1), (5, 1), (0, 3))


def test_summary_is_that_of_numpy() -> None:
    """Mean, median, quartiles and deviation are the usual ones."""
    scores = [0.0, 12.5, 50.0, 62.5, 100.0, 100.0]
    found = summarize(scores)
    assert (found.mean, found.median) == pytest.approx((np.mean(scores), np.median(scores)))
    assert found.deviation == pytest.approx(np.std(scores, ddof=1))
    assert found.quartiles == pytest.approx(tuple(np.percentile(scores, [25, 75])))
    assert summarize([7.0]).deviation is None


@pytest.mark.parametrize(
    ("scores", "number"),
    [([0, 9.9, 10, 100], 10), ([0] * 200, 20), ([0, 104], 11), ([0, 70, 1e12], 10)],
)
def test_every_score_is_in_one_bar(scores: list[float], number: int) -> None:
    """No score is lost at an edge, the maximum and extra credit included."""
    bars = distribution(scores, 100.0)
    assert len(bars) == number
    assert sum(bar.count for bar in bars) == len(scores)
    assert bars[0].count == sum(score < bars[0].high for score in scores)


def test_mistakes_are_counted_by_item_and_name() -> None:
    """The commonest first; of two equally common the costlier; what was left untouched is none."""
    cost, back = ITEMS[:2]
    results = [
        result_of(
            "a",
            item_result(cost, 0, mistake="half-missing"),
            item_result(back, 0, mistake="gap-left-empty", verdict="not_attempted"),
        ),
        result_of("b", item_result(cost, 5, mistake="half-missing"), item_result(back, 20)),
        result_of("c", item_result(cost, 15), item_result(back, 18, mistake="half-missing")),
        result_of("d", item_result(cost, 9, mistake="other"), item_result(back, 20)),
    ]
    found = [(one.grade_id, one.name, one.count, one.lost) for one in mistake_figures(results)]
    assert found == [
        (COST, "half-missing", 2, 12.5),
        (COST, "other", 1, 6),
        (BACK, "half-missing", 1, 2),
    ]
    assert mistake_figures(results)[0].share == 0.5


def test_only_what_the_judge_does_not_recognise_is_unexplained() -> None:
    """A wrong answer without a name may wait for another part; that is nothing to look into."""
    item = ITEMS[2]
    results = [
        result_of("a", item_result(item, 5, message=f"…\n  → {unrecognised()}")),
        result_of("b", item_result(item, 5, message="rests on the part before it")),
    ]
    assert unexplained(results) == {FORWARD: ("a",)}


def test_movement_counts_who_rose_and_who_fell_and_which_mistakes_went() -> None:
    """Two gradings are compared student by student; who is in one only is named, not compared."""
    item = ITEMS[0]
    before = {
        "up": result_of("up", item_result(item, 5, mistake="half-missing")),
        "down": result_of("down", item_result(item, 15)),
        "same": result_of("same", item_result(item, 15)),
        "gone": result_of("gone", item_result(item, 15)),
    }
    after = {
        "up": result_of("up", item_result(item, 15)),
        "down": result_of("down", item_result(item, 12, mistake="other")),
        "same": before["same"],
        "new": result_of("new", item_result(item, 0, mistake="half-missing")),
    }
    found = movement(before, after)
    assert (found.compared, found.rose, found.fell) == (3, 1, 1)
    assert [(one.student, one.change, one.items) for one in found.moved] == [
        ("up", 10, (COST,)),
        ("down", -3, (COST,)),
    ]
    assert found.means == pytest.approx((35 / 3, 14))
    assert found.mean_change == pytest.approx(7 / 3)
    assert (found.joined, found.left) == (("new",), ("gone",))
    assert {(one.name, one.before, one.after) for one in found.mistakes} == {
        ("half-missing", 1, 0),
        ("other", 0, 1),
    }
    assert sum(bar.count for bar in found.bars if bar.low >= 0) == 1
    assert sum(bar.count for bar in found.bars if bar.high <= 0) == 1
    width = found.bars[0].high - found.bars[0].low
    assert all(abs(bar.high - bar.low - width) < 1e-9 for bar in found.bars)
