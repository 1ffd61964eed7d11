"""Pairs of answers that are closer than chance explains: copies are found, independent students are not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.likeness.classes import (
    STYLES,
    UNSEEN,
    Class,
    collection,
    given,
    habit_class,
    mixed_class,
)
from benchmarks.likeness.copies import CHANGES
from grader.course import Course
from grader.graft import graft
from grader.notebooks import dump
from grader.similarity import (
    LIMITS,
    MOST_WITH_A_TRAIT,
    SMALLEST_CLASS,
    ReadTexts,
    Similarity,
    find_pairs,
)
from grader.similarity_answers import OWN_CODE, OWN_TEXT, read_answers
from grader.similarity_traits import Template, code_traits, excerpt, word_traits
from grader.similarity_trees import MAX_NESTING
from testcases.regularization.answers import BACK_L2, COST, FORWARD, FUNCTIONS
from tests import graft_support
from tests.source_notebook import ROOT

GIVEN = given()
STUB = 'raise NotImplementedError("this gap is still empty")'
#: Nothing of it is the assignment's: names, comment, and the way it is computed.
PECULIAR = """beta_sq = 0.0  # halve it later on
    for grubby in (W1, W2, W3):
        beta_sq = beta_sq + np.trace(np.matmul(grubby.T, grubby)) - 0.125 * 0
    wobble = np.float64(lambd) * np.reciprocal(float(m))
    L2_regularization_cost = np.divide(np.multiply(beta_sq, wobble), 2)  # now it is halved"""
ODD_GRADIENT = (
    "dW{0} = np.add(np.tensordot(dZ{0}, {1}, axes=(1, 1)) / m, W{0} * lambd * (m**-1))  # decays"
)

ODD_MASK = """hat{0} = np.random.rand(*np.shape(A{0}))
    D{0} = np.logical_not(np.greater_equal(hat{0}, np.float64(keep_prob)))  # those below stay
    A{0} = np.true_divide(np.where(D{0}, A{0}, np.zeros_like(A{0})), keep_prob)"""


@pytest.fixture(scope="module")
def students() -> Class:
    """162 independent students."""
    return mixed_class(collection(STYLES, UNSEEN), seed=5)


READ: ReadTexts = {}


def _found(students: Class) -> Similarity:
    return find_pairs(students, GIVEN.templates, GIVEN.written, READ)


def _peculiar() -> dict[str, str]:
    """The answers of somebody who writes like nobody else."""
    cost = GIVEN.templates[COST].replace(STUB, PECULIAR)
    gradients = GIVEN.templates[BACK_L2]
    for layer, below in ((3, "A2"), (2, "A1"), (1, "X")):
        gradients = gradients.replace(STUB, ODD_GRADIENT.format(layer, below), 1)
    masks = GIVEN.templates[FORWARD]
    for layer in (1, 2):
        masks = masks.replace(STUB, ODD_MASK.format(layer), 1)
    return {COST: cost, BACK_L2: gradients, FORWARD: masks}


def _keys(text: str, kind: str = "code") -> set[str]:
    traits = code_traits(text, Template(names=frozenset({"A1", "A2", "D1", "D2", "keep_prob"})))
    return {trait.key for trait in traits if trait.kind == kind}


def test_independent_students_make_no_pair(students: Class) -> None:
    """177 right styles and 595 answers written blind, and students of common habits: nobody is named."""
    for independent in (students, habit_class(150, 5, GIVEN.templates)):
        found = _found(independent)
        assert found.pairs == ()
        assert "No two students" in found.sentence
        assert 0 < found.expected <= 0.1


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_planted_copy_is_found_in_any_disguise(students: Class, change: str) -> None:
    """Renamed, set anew, in another order or with other comments: what is peculiar stays peculiar."""
    peculiar = _peculiar()
    copied = {name: CHANGES[change](text) for name, text in peculiar.items()}
    found = _found({**students, "zoe": peculiar, "abe": copied})
    assert [(pair.a, pair.b) for pair in found.pairs] == [("abe", "zoe")]
    assert found.pairs[0].score >= found.threshold
    assert {part.grade_id for part in found.pairs[0].shared} == {COST, BACK_L2, FORWARD}


def test_what_is_shared_is_said_in_plain_words(students: Class) -> None:
    """The comment, the name and the statement, and that nobody else has them."""
    found = _found({**students, "zoe": _peculiar(), "abe": _peculiar()})
    said = "\n".join(map(str, found.pairs[0].shared))
    assert f"{COST}: the comment `# halve it later on` (nobody else)" in said
    assert f"{COST}: the name `grubby` (nobody else)" in said
    assert f"{COST}: a statement of the same form, names aside `" in said
    assert "One pair of students shares" in found.sentence
    assert "no finding" in found.sentence
    assert found.limits == LIMITS


def test_what_many_share_is_no_evidence(students: Class) -> None:
    """The same peculiar answer of many, from a forum or by a common mistake, names nobody."""
    number = MOST_WITH_A_TRAIT + 1
    found = _found({**students, **{f"copy-{i}": _peculiar() for i in range(number)}})
    assert found.pairs == ()


def test_clean_right_answers_name_nobody(students: Class) -> None:
    """The textbook's lines, letter for letter the same in two answers, say nothing."""
    right = {name: graft_support.answer(name) for name in FUNCTIONS}
    assert _found({**students, "yan": right, "zoe": right}).pairs == ()


def test_the_template_never_counts(students: Class) -> None:
    """Released cells left as they are, and given cells copied, are nobody's own."""
    untouched = {name: GIVEN.templates[name] for name in FUNCTIONS}
    copied = {**untouched, OWN_CODE: GIVEN.templates["given code"]}
    copied[OWN_TEXT] = GIVEN.templates["given text"]
    found = _found({**students, "yan": copied, "zoe": copied})
    assert found.students == len(students)
    assert found.pairs == ()


@pytest.mark.parametrize("number", range(SMALLEST_CLASS))
def test_in_a_tiny_class_nothing_is_unusual(number: int) -> None:
    """None, one or two students: no pair, no division by nought, and the sentence says why."""
    found = _found({f"s{i}": _peculiar() for i in range(number)})
    assert found.pairs == ()
    assert "too few" in found.sentence


def test_the_order_of_students_and_answers_changes_nothing(students: Class) -> None:
    """Two runs give the same list."""
    everybody = {**students, "zoe": _peculiar(), "abe": _peculiar(), "max": _peculiar()}
    names = list(everybody)
    random.Random(1).shuffle(names)
    shuffled = {name: dict(reversed(everybody[name].items())) for name in names}
    found = _found(everybody)
    assert _found(shuffled) == found
    assert [(p.a, p.b) for p in found.pairs] == [("abe", "max"), ("abe", "zoe"), ("max", "zoe")]


def test_own_names_operands_and_spacing_do_not_change_a_form() -> None:
    """`a * b` is `b * a`, 1. is 1, and what a student calls a thing is left out."""
    first = _keys("kept = A1 * (D1 < keep_prob) * 2. / foo")
    assert first
    assert first == _keys("other=2*(keep_prob>D1)*A1/bar  # said")
    assert first != _keys("kept = A1 * (D1 > keep_prob) * 2. / foo")


def test_layers_alike_are_one_form_and_layers_mixed_up_another() -> None:
    """The line for layer 2 is that for layer 1; the mask of the other layer is not."""
    assert _keys("A1 = A1 * D1 / keep_prob") == _keys("A2 = A2 * D2 / keep_prob") != set()
    assert _keys("A2 = A2 * D1 / keep_prob").isdisjoint(_keys("A2 = A2 * D2 / keep_prob"))


def test_statements_in_another_order_have_the_same_forms() -> None:
    """Each is looked at by itself."""
    lines = ["u = np.where(A1 > 0, D1, 0.5)", "v = np.hypot(A2, D2) + keep_prob"]
    assert _keys("\n".join(lines)) == _keys("\n".join(reversed(lines)))


def test_docstrings_count_for_nothing_and_comments_for_their_words() -> None:
    """A text standing alone is no statement; a `#` in a string is no comment."""
    assert code_traits('"""all that I have thought of this"""', Template()) == []
    assert _keys("x = '# not a comment at all'", "comment") == set()
    assert _keys("x = 1  #   Halve it,  later!", "comment") == _keys("# halve it later", "comment")


def test_what_does_not_parse_is_still_compared(students: Class) -> None:
    """A syntax error in both answers does not hide the rest."""
    broken = {name: text.replace("m = ", "m == = ") for name, text in _peculiar().items()}
    found = _found({**students, "yan": broken, "zoe": broken})
    assert [(pair.a, pair.b) for pair in found.pairs] == [("yan", "zoe")]


def test_written_answers_are_compared_by_their_words(students: Class) -> None:
    """Seven words in a row that nobody else has, in sentence after sentence."""
    said = [
        f"The {i}th boundary that I drew on paper wobbles because the {i}th kick was mislabelled"
        for i in ("seven", "nine", "four", "ten", "two", "six")
    ]
    essays = {
        "yan": {"interpretation": ". ".join(said)},
        "zoe": {"interpretation": "! ".join(said)},
    }
    (pair,) = _found({**students, **essays}).pairs
    assert {part.kind for part in pair.shared} == {"words"}
    assert len(pair.shared) == len(said)


HOSTILE = {
    "brackets": "x = " + "(" * 9_000 + ")" * 9_000,
    "brackets below the limit": "x = " + "(" * MAX_NESTING + "1" + ")" * MAX_NESTING,
    "minus": "x = " + "-" * 1_900 + "1",
    "nots over many lines": "x = (\n" + "not\n" * 4_900 + "1)",
    "sums over many lines": "x = (\n" + "1 -\n" * 4_900 + "1)",
    "products over many lines": "x = (\n" + "a *\n" * 4_900 + "1)",
    "powers": "x = (\n" + "2**\n" * 4_900 + "2)",
    "attributes": "x = (a\n" + ".b\n" * 6_000 + ")",
    "calls": "x = a" + "()" * 900,
    "lambdas": "x = (\n" + "lambda:\n" * 2_400 + "1)",
    "indentation": "\n".join(" " * i + "if 1:" for i in range(190)) + "\n" + " " * 200 + "x = 1",
    "elifs": "if a: b\n" + "elif a: b\n" * 1_900,
    "a number of many digits": "x = " + "9" * 1_900 + " + 0x" + "f" * 1_900,
    "quotes": '"""' * 6_001,
    "unclosed": "'" * 19_999,
    "backslashes": "x = '" + "\\" * 19_000,
    "nul": "x = 1\0 + 2",
    "half a character": "x_\ud800 = f(1, 2, 3, 4)  # half of \ud800 a thing",
    "turned round": "x = 1  # \u202enoitaripsnoc a si siht",
    "blank lines": "x = 1\n\n" * 3_000,
    "one word": "w" * 1_000_000,
    "hashes": "# a b\n" * 200_000,
    "escapes": "x = f'{\"\\d\"}' + '\\d \\e'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources_are_bounded(name: str) -> None:
    """Deep, long, broken or odd: read without a fault, no more of it than the limits allow."""
    text = HOSTILE[name]
    answers = {f"s{i:02d}": {FORWARD: text, "interpretation": text} for i in range(12)}
    assert _found(answers).pairs == ()
    traits = [*code_traits(text, Template()), *word_traits(text, Template())]
    assert len(traits) < 20_000
    assert all(len(trait.key) < 400 and len(trait.excerpt) <= 90 for trait in traits)
    assert all(trait.excerpt.isprintable() for trait in traits)


def test_an_excerpt_is_one_harmless_line() -> None:
    """Line ends, escapes to the terminal and text that turns round are gone; long ones are cut."""
    assert excerpt("a\n\x1b[31mb\u202ec") == "a [31mb c"
    assert len(excerpt("x" * 500)) <= 90


def test_answers_come_from_the_autograded_notebooks(tmp_path: Path) -> None:
    """By grade_id, with the student's own cells; a notebook that is damaged or gone keeps nothing back."""
    course = Course(ROOT)
    notebook = graft_support.solved()
    graft_support.insert_after(notebook, COST, graft_support.code("my_own_trial = 5"))
    done = graft(graft_support.source(), dump(notebook).encode())
    here = _course_with(tmp_path, course, {"ada": dump(done.notebook), "bob": "{", "cat": "[]"})
    texts = read_answers(here, "regularization", ["ada", "bob", "cat", "dan"])
    assert texts.unread == ("bob", "cat", "dan")
    assert set(texts.answers) == {"ada"}
    assert texts.answers["ada"][COST] == graft_support.answer(COST)
    assert texts.answers["ada"]["interpretation"] == graft_support.ESSAY
    assert texts.answers["ada"][OWN_CODE] == "my_own_trial = 5"
    assert OWN_TEXT not in texts.answers["ada"]
    assert "interpretation" in texts.given.written
    assert texts.given.templates[COST] == GIVEN.templates[COST]


def _course_with(root: Path, course: Course, notebooks: dict[str, str]) -> Course:
    (root / "release").symlink_to(course.root / "release")
    here = Course(root)
    for student, text in notebooks.items():
        path = here.autograded(student, "regularization") / "regularization.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    return here
