"""A made-up class: answers as students give them, right in several styles, wrong, and unfinished.

Private: it holds solutions. Used for demonstrations and tests; every answer carries the verdict
that the judge must come to. An answer is written as what goes into the gaps of the released stub,
or as a whole cell where the student rewrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.protocol import SampleSubmission, Verdict

COST = "compute_cost_with_regularization"
BACK_L2 = "backward_propagation_with_regularization"
FORWARD = "forward_propagation_with_dropout"
BACK_DROPOUT = "backward_propagation_with_dropout"
FUNCTIONS = (COST, BACK_L2, FORWARD, BACK_DROPOUT)


@dataclass(frozen=True)
class Answer:
    """One student's answer to one graded function."""

    #: What goes into the gaps, in order; empty: the gaps stay as released.
    gaps: tuple[str, ...] = ()
    #: The whole cell instead, if not empty.
    cell: str = ""
    verdict: Verdict = "correct"
    #: Wrong, and yet a training comes out right with it. A forgotten mask in the backward pass
    #: changes dA only: A is masked already, so dW and db, and with them the training, are right.
    harmless_in_training: bool = False


CLASSIC = {
    COST: Answer(
        (
            "L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))",
        )
    ),
    BACK_L2: Answer(
        (
            "dW3 = 1 / m * np.dot(dZ3, A2.T) + lambd / m * W3",
            "dW2 = 1 / m * np.dot(dZ2, A1.T) + lambd / m * W2",
            "dW1 = 1 / m * np.dot(dZ1, X.T) + lambd / m * W1",
        )
    ),
    FORWARD: Answer(
        (
            "D1 = np.random.rand(*A1.shape)\nD1 = D1 < keep_prob\nA1 = A1 * D1\nA1 = A1 / keep_prob",
            "D2 = np.random.rand(*A2.shape)\nD2 = D2 < keep_prob\nA2 = A2 * D2\nA2 = A2 / keep_prob",
        )
    ),
    BACK_DROPOUT: Answer(
        ("dA2 = dA2 * D2\ndA2 = dA2 / keep_prob", "dA1 = dA1 * D1\ndA1 = dA1 / keep_prob")
    ),
}

OTHER_STYLES = {
    COST: (
        Answer(
            (
                "L2_regularization_cost = 0.5 * lambd / m * sum(np.linalg.norm(W) ** 2 for W in (W1, W2, W3))",
            )
        ),
        Answer(
            (
                "total = 0.0\nfor name in ('W1', 'W2', 'W3'):\n"
                "    for weight in parameters[name].ravel():\n        total += weight * weight\n"
                "L2_regularization_cost = lambd * total / m / 2",
            )
        ),
        Answer(
            (
                "squares = np.concatenate([W1.ravel(), W2.ravel(), W3.ravel()])\nL2_regularization_cost = squares @ squares * lambd / (2.0 * m)",
            )
        ),
    ),
    BACK_L2: (
        Answer(
            (
                "dW3 = (dZ3 @ A2.T + lambd * W3) / m",
                "dW2 = (dZ2 @ A1.T + lambd * W2) / m",
                "dW1 = (dZ1 @ X.T + lambd * W1) / m",
            )
        ),
        Answer(
            (
                "dW3 = np.einsum('im,jm->ij', dZ3, A2) / m\ndW3 += lambd / m * W3",
                "dW2 = np.matmul(dZ2, np.transpose(A1)) / m\ndW2 += lambd / m * W2",
                "dW1 = np.inner(dZ1, X) / m\ndW1 += lambd / m * W1",
            )
        ),
    ),
    FORWARD: (
        Answer(
            (
                "D1 = (np.random.rand(A1.shape[0], A1.shape[1]) < keep_prob).astype(int)\nA1 = np.multiply(A1, D1) / keep_prob",
                "D2 = (np.random.rand(A2.shape[0], A2.shape[1]) < keep_prob).astype(int)\nA2 = np.multiply(A2, D2) / keep_prob",
            )
        ),
        Answer(
            (
                "D1 = np.where(np.random.rand(*Z1.shape) < keep_prob, 1.0, 0.0)\nA1 *= D1\nA1 /= keep_prob",
                "D2 = np.where(np.random.rand(*Z2.shape) < keep_prob, 1.0, 0.0)\nA2 *= D2\nA2 /= keep_prob",
            )
        ),
    ),
    BACK_DROPOUT: (
        Answer(
            ("dA2 = np.multiply(dA2, D2) / keep_prob", "dA1 = np.multiply(dA1, D1) / keep_prob")
        ),
        Answer(("dA2 *= D2\ndA2 /= keep_prob", "dA1 *= D1\ndA1 /= keep_prob")),
        Answer(
            ("dA2 = np.where(D2, dA2 / keep_prob, 0)", "dA1 = np.where(D1, dA1 / keep_prob, 0)")
        ),
    ),
}

WRONG = {
    COST: (
        Answer(
            (
                "L2_regularization_cost = lambd / m * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))",
            ),
            verdict="incorrect",
        ),
        Answer(
            (
                "L2_regularization_cost = lambd / (2 * m) * (np.sum(W1) + np.sum(W2) + np.sum(W3)) ** 2",
            ),
            verdict="incorrect",
        ),
        Answer(
            (
                "L2_regularization_cost = 0.1 / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))",
            ),
            verdict="partial",
        ),
        Answer(("L2_regularization_cost = lambda_ / (2 * m) * np.sum(W1**2)",), verdict="error"),
    ),
    BACK_L2: (
        Answer(
            (
                "dW3 = 1 / m * np.dot(dZ3, A2.T) + lambd * W3",
                "dW2 = 1 / m * np.dot(dZ2, A1.T) + lambd * W2",
                "dW1 = 1 / m * np.dot(dZ1, X.T) + lambd * W1",
            ),
            verdict="incorrect",
        ),
        Answer(
            (
                "dW3 = 1 / m * np.dot(dZ3, A2.T) + lambd / m * W3",
                "dW2 = 1 / m * np.dot(dZ2, A1.T) + lambd / m * W2",
                "dW1 = 1 / m * np.dot(dZ1, X.T)",
            ),
            verdict="partial",
        ),
        Answer(
            (
                "dW3 = 1 / m * np.dot(dZ3, A2) + lambd / m * W3",
                "dW2 = 1 / m * np.dot(dZ2, A1) + lambd / m * W2",
                "dW1 = 1 / m * np.dot(dZ1, X) + lambd / m * W1",
            ),
            verdict="error",
        ),
    ),
    FORWARD: (
        Answer(
            (
                "D1 = np.random.rand(*A1.shape) < keep_prob\nA1 = A1 * D1",
                "D2 = np.random.rand(*A2.shape) < keep_prob\nA2 = A2 * D2",
            ),
            verdict="incorrect",
        ),
        Answer(
            (
                "D1 = np.random.rand(*A1.shape) < keep_prob\nA1 = A1 * D1 / keep_prob",
                "D2 = np.random.rand(*A2.shape) < keep_prob\nA2 = A2 * D2",
            ),
            verdict="partial",
        ),
        Answer(
            (
                "D1 = np.random.rand(*A1.shape) < 0.7\nA1 = A1 * D1 / 0.7",
                "D2 = np.random.rand(*A2.shape) < 0.7\nA2 = A2 * D2 / 0.7",
            ),
            verdict="partial",
        ),
    ),
    BACK_DROPOUT: (
        Answer(
            ("dA2 = dA2 / keep_prob", "dA1 = dA1 / keep_prob"),
            verdict="incorrect",
            harmless_in_training=True,
        ),
        Answer(("dA2 = dA2 * D2 / keep_prob", "dA1 = dA1 * D1"), verdict="partial"),
        Answer(("dA2 = dA2 * D1 / keep_prob", "dA1 = dA1 * D2 / keep_prob"), verdict="error"),
    ),
}

BLANK = Answer(verdict="not_attempted")
_INTERPRETATIONS = (
    "The unregularized boundary bends around single points. With L2 or dropout it is smoother, and "
    "it does better on points it has not seen.",
    "I would use dropout. 95 % is more than 91 %.",
    "On 200 points a difference of two points of accuracy can be chance, so I would train several "
    "seeds before choosing. All three agree on where the keeper should kick: to the upper left.",
)

#: The kinds of students, and how many of twelve are of that kind.
_KINDS = (
    ("all right, in the classic style", 2),
    ("all right, in a style of their own", 3),
    ("one function wrong", 3),
    ("several functions wrong", 1),
    ("half done", 1),
    ("untouched", 1),
    ("a syntax error in one cell", 1),
)


def sample_class(number: int, seed: int) -> list[SampleSubmission]:
    """A class of `number` students; the same for the same two numbers.

    Every kind of student turns up as soon as the class has twelve.
    """
    rng = np.random.RandomState(seed)
    kinds = [kind for kind, count in _KINDS for _ in range(count)]
    students: list[SampleSubmission] = []
    while len(students) < number:
        for kind in rng.permutation(np.array(kinds)):
            students.append(_student(f"student-{len(students) + 1:03d}", str(kind), rng))
    return students[:number]


def _pick(rng: np.random.RandomState, answers: Sequence[Answer]) -> Answer:
    return answers[rng.randint(len(answers))]


def _student(student: str, kind: str, rng: np.random.RandomState) -> SampleSubmission:
    answers = dict(CLASSIC)
    chosen = FUNCTIONS[rng.randint(len(FUNCTIONS))]
    if kind == "all right, in a style of their own":
        answers = {name: _pick(rng, OTHER_STYLES[name]) for name in FUNCTIONS}
    elif kind == "one function wrong":
        answers[chosen] = _pick(rng, WRONG[chosen])
    elif kind == "several functions wrong":
        answers = {name: _pick(rng, WRONG[name]) for name in FUNCTIONS}
    elif kind == "half done":
        answers |= {FORWARD: BLANK, BACK_DROPOUT: BLANK}
    elif kind == "untouched":
        answers = dict.fromkeys(FUNCTIONS, BLANK)
    elif kind == "a syntax error in one cell":
        answers[chosen] = Answer(cell=f"def {chosen}(X, Y:\n    return X\n", verdict="error")
    if kind == "untouched":
        return submission(student, kind, answers)
    text = _INTERPRETATIONS[rng.randint(len(_INTERPRETATIONS))]
    return submission(student, kind, answers, text)


def submission(
    student: str, description: str, answers: Mapping[str, Answer], interpretation: str = ""
) -> SampleSubmission:
    """A submission with these answers, and the verdicts that follow from theirs."""
    cells = {name: answer.cell for name, answer in answers.items() if answer.cell}
    if interpretation:
        cells["interpretation"] = interpretation
    expected: dict[str, Verdict] = {f"test_{name}": answers[name].verdict for name in FUNCTIONS}
    expected["test_training"] = _training_verdict(answers)
    return SampleSubmission(
        student=student,
        description=description,
        gaps={name: answer.gaps for name, answer in answers.items() if answer.gaps},
        cells=cells,
        expected=expected,
    )


def _training_verdict(answers: Mapping[str, Answer]) -> Verdict:
    """Each half of the training calls two functions, in this order, and is lost if one stops.

    Else each function earns its quarter by itself.
    """
    pairs = ((COST, BACK_L2), (FORWARD, BACK_DROPOUT))
    halves = [[answers[name] for name in pair] for pair in pairs]
    stops = [
        next((a.verdict for a in half if a.verdict in ("error", "not_attempted")), "returned")
        for half in halves
    ]
    quarters = [
        stop == "returned" and (answer.verdict == "correct" or answer.harmless_in_training)
        for half, stop in zip(halves, stops, strict=True)
        for answer in half
    ]
    if any(quarters):
        return "correct" if all(quarters) else "partial"
    if "returned" in stops:
        return "incorrect"
    return "not_attempted" if set(stops) == {"not_attempted"} else "error"
