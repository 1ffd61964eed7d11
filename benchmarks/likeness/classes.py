"""Classes of independent students, of three kinds, and copies planted in them.

None of the three is a real class, and each errs in another way. The two collections of answers were
written to differ, so what is unusual in them is more unusual than in a class, and each function of a
student is by another hand. The class of habits has what they lack: most students write the textbook's
line, and each has ways of writing that go through all four functions. Its habits and their shares are
an assumption.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import testcases
from grader.notebooks import read_notebook
from grader.similarity_answers import GivenTexts, given_texts
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, COST, FORWARD, FUNCTIONS

ROOT = Path(__file__).parents[2]
STYLES = Path(testcases.__file__).parent / "regularization" / "styles"
UNSEEN = ROOT / "testcases" / "regularization" / "unseen"

#: Answers by student and function.
Class = dict[str, dict[str, str]]


def given() -> GivenTexts:
    """What students of the assignment were given."""
    path = ROOT / "release" / "regularization" / "regularization.ipynb"
    return given_texts(read_notebook(path, "Run: grader release"))


def collection(*folders: Path) -> dict[str, list[str]]:
    """The answers of these folders by function, without the line that says what each is."""
    return {
        name: [
            path.read_text("utf-8").split("\n", 1)[1]
            for folder in folders
            for path in sorted((folder / name).glob("*.py"))
        ]
        for name in FUNCTIONS
    }


def mixed_class(answers: Mapping[str, Sequence[str]], seed: int) -> Class:
    """As many students as there are answers to each function, no answer used twice."""
    rng = random.Random(seed)
    number = min(len(texts) for texts in answers.values())
    drawn = {name: rng.sample(list(texts), number) for name, texts in answers.items()}
    return {_name(i): {name: drawn[name][i] for name in FUNCTIONS} for i in range(number)}


def prose_class(seed: int) -> Class:
    """Students whose written answers are sentences on mistakes: all of one hand, no sentence used twice."""
    rng = random.Random(seed)
    said = {
        name: [
            path.read_text("utf-8").split("\n", 1)[0]
            for path in sorted((UNSEEN / name).glob("*.py"))
        ]
        for name in FUNCTIONS
    }
    number = min(len(lines) for lines in said.values())
    drawn = [
        rng.sample([line.partition(":")[2] for line in said[name]], number) for name in FUNCTIONS
    ]
    return {
        _name(i): {"interpretation": ". ".join(lines[i] for lines in drawn)} for i in range(number)
    }


def habit_class(number: int, seed: int, stubs: Mapping[str, str]) -> Class:
    """Students who write the textbook's formulas, each with ways of writing of their own."""
    rng = random.Random(seed)
    return {_name(i): _Student(rng).answers(stubs) for i in range(number)}


def _name(i: int) -> str:
    return f"student-{i:05d}"


#: Names for what is kept in between, the commonest first: drawn with a probability of 1 / rank.
_NAMES = [
    "tmp",
    "temp",
    "reg",
    "result",
    "total",
    "penalty",
    "s",
    "sum_w",
    "res",
    "x",
    "cost_reg",
    "reg_term",
    "l2",
    "out",
    "val",
    "norm",
    "sq",
    "w_sum",
    "mask",
    "l2_cost",
    "squares",
    "acc",
    "coef",
    "factor",
    "scale",
    "weights_sum",
    "reg_cost",
    "term",
    "aux",
    "rand",
    "prob",
    "r",
    "u",
    "keep",
    "rnd",
    "grad",
    "reg_part",
    "s1",
    "value",
    "t",
    "summe",
    "regul",
    "weight_norm",
    "w2",
    "acc_cost",
    "p_term",
    "l2_term",
    "extra",
    "inv_m",
    "c",
    "lam_m",
    "ratio",
]
#: What comments are made of.
_VERBS = [
    "compute",
    "calculate",
    "add",
    "apply",
    "get",
    "now",
    "then",
    "do",
    "first",
    "finally",
    "use",
    "take",
    "sum",
    "multiply",
    "scale",
]
_THINGS = """
the regularization|L2 term|the penalty|penalty term|the mask|mask|the gradient|gradients|the weights|
dropout|random matrix|D matrix|the layer|inverted dropout|the formula|formula from above|backprop|
squared weights|the sum|keep_prob scaling|the extra term
""".replace("\n", "").split("|")


class _Student:
    """Ways of writing, drawn once, used everywhere."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        pick = rng.choices
        self._dot = pick(
            ["np.dot({}, {})", "{} @ {}", "np.matmul({}, {})", "{}.dot({})"], [60, 25, 12, 3]
        )[0]
        self._times = pick(["{} * {}", "np.multiply({}, {})"], [80, 20])[0]
        self._over = pick(
            ["{} / {}", "1 / {1} * {0}", "1. / {1} * {0}", "(1 / {1}) * {0}", "np.divide({}, {})"],
            [50, 25, 12, 10, 3],
        )[0]
        self._square = pick(
            [
                "np.sum(np.square({}))",
                "np.sum({}**2)",
                "np.sum({0} * {0})",
                "np.linalg.norm({})**2",
                "({}**2).sum()",
                "np.sum(np.power({}, 2))",
            ],
            [50, 27, 8, 5, 5, 5],
        )[0]
        self._shape = pick(["*{}.shape", "{0}.shape[0], {0}.shape[1]"], [35, 65])[0]
        self._cast = pick(["{}", "({}).astype(int)", "({}).astype(float)"], [80, 15, 5])[0]
        self._split = rng.random() < 0.5
        self._plus_equals = rng.random() < 0.15
        self._augmented = rng.random() < 0.15
        self._tight = rng.choices(["", "*", "=", "all"], [60, 20, 5, 15])[0]
        self._comments = rng.choices([0.0, 0.2, 0.6], [60, 25, 15])[0]
        self._prints = 0.08 if rng.random() < 0.2 else 0.0
        self._wrong = rng.random() < 0.3

    def answers(self, stubs: Mapping[str, str]) -> dict[str, str]:
        makers = {
            COST: self._cost,
            BACK_L2: self._gradients,
            FORWARD: self._dropout,
            BACK_DROPOUT: self._back,
        }
        gap = '    raise NotImplementedError("this gap is still empty")'
        answers = {}
        for name, make in makers.items():
            head, *tails = stubs[name].split(gap)
            pieces = [head]
            for filled, tail in zip(make(), tails, strict=True):
                pieces += ["\n".join(self._line(line) for line in filled), tail]
            answers[name] = "".join(pieces)
        return answers

    def _a_name(self) -> str:
        return self._rng.choices(_NAMES, [1 / rank for rank in range(1, len(_NAMES) + 1)])[0]

    def _line(self, code: str) -> str:
        if self._tight in ("*", "all"):
            code = code.replace(" * ", "*").replace(" / ", "/")
        if self._tight in ("=", "all"):
            code = code.replace(" = ", "=").replace(", ", ",").replace(" < ", "<")
        lines = [code]
        if self._rng.random() < self._comments:
            said = f"# {self._rng.choice(_VERBS)} {self._rng.choice(_THINGS)}"
            lines = [f"{code}  {said}"] if self._rng.random() < 0.3 else [said, code]
        if self._rng.random() < self._prints:
            lines.append(f"print({code.split('=')[0].strip(' +*/')})")
        return "\n".join(f"    {line}" for line in lines)

    def _cost(self) -> list[list[str]]:
        squares = [self._square.format(name) for name in ("W1", "W2", "W3")]
        total = " + ".join(squares)
        factor = self._rng.choices(
            [
                "lambd / (2 * m) * {}",
                "{} * lambd / (2 * m)",
                "(lambd / (2 * m)) * {}",
                "1 / m * lambd / 2 * {}",
                "0.5 * lambd / m * {}",
            ],
            [35, 30, 15, 15, 5],
        )[0]
        if self._wrong and self._rng.random() < 0.4:
            factor = self._rng.choices(
                ["lambd / m * {}", "lambd * {} / 2", "lambd / 2 * m * {}"], [70, 20, 10]
            )[0]
        if not self._split:
            return [[f"L2_regularization_cost = {factor.format(f'({total})')}"]]
        name = self._a_name()
        return [[f"{name} = {total}", f"L2_regularization_cost = {factor.format(name)}"]]

    def _gradients(self) -> list[list[str]]:
        missing = self._wrong and self._rng.random() < 0.3
        decay = "lambd" if missing else self._over.format("lambd", "m")
        gaps = []
        for layer, below in ((3, "A2.T"), (2, "A1.T"), (1, "X.T")):
            data = self._over.format(self._dot.format(f"dZ{layer}", below), "m")
            if self._plus_equals:
                gaps.append([f"dW{layer} = {data}", f"dW{layer} += {decay} * W{layer}"])
            else:
                gaps.append([f"dW{layer} = {data} + {decay} * W{layer}"])
        return gaps

    def _dropout(self) -> list[list[str]]:
        scaled = not (self._wrong and self._rng.random() < 0.3)
        name = self._a_name() if self._split and self._rng.random() < 0.3 else ""
        gaps = []
        for layer in (1, 2):
            a, d = f"A{layer}", f"D{layer}"
            drawn = f"np.random.rand({self._shape.format(a)})"
            if name:
                lines = [f"{name} = {drawn}", f"{d} = {self._cast.format(f'{name} < keep_prob')}"]
            elif self._split:
                lines = [f"{d} = {drawn}", f"{d} = {self._cast.format(f'{d} < keep_prob')}"]
            else:
                lines = [f"{d} = {self._cast.format(f'{drawn} < keep_prob')}"]
            gaps.append([*lines, *self._masked(a, d, scaled)])
        return gaps

    def _back(self) -> list[list[str]]:
        scaled = not (self._wrong and self._rng.random() < 0.3)
        return [self._masked(f"dA{layer}", f"D{layer}", scaled) for layer in (2, 1)]

    def _masked(self, a: str, d: str, scaled: bool) -> list[str]:
        if self._augmented:
            return [f"{a} *= {d}", *([f"{a} /= keep_prob"] if scaled else [])]
        if self._split:
            lines = [f"{a} = {self._times.format(a, d)}"]
            return [*lines, *([f"{a} = {self._over.format(a, 'keep_prob')}"] if scaled else [])]
        product = self._times.format(a, d)
        return [f"{a} = {self._over.format(product, 'keep_prob') if scaled else product}"]
