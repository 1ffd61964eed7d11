"""The figure of the README: three decision boundaries from the notebook's own cells and data."""

from __future__ import annotations

import sys
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
from matplotlib.figure import Figure

from .style import ASSIGNMENT


def trained_models() -> list[tuple[str, dict[str, Any]]]:
    """The three models of the notebook, trained by the notebook's own cells."""
    sys.path.insert(0, str(ASSIGNMENT))
    import reg_utils

    namespace: dict[str, Any] = {**vars(reg_utils), "np": np}
    notebook = nbformat.read(ASSIGNMENT / "regularization.ipynb", as_version=4)
    for cell in notebook.cells:
        facts = cell.metadata.get("nbgrader", {})
        is_answer = facts.get("solution") and cell.cell_type == "code"
        if is_answer or facts.get("grade_id") == "model":
            exec(compile(cell.source, facts["grade_id"], "exec"), namespace)  # noqa: S102
    train_X, train_Y, test_X, test_Y = namespace["load_2D_dataset"]()
    namespace.update(train_X=train_X, train_Y=train_Y, test_X=test_X, test_Y=test_Y)
    settings = (
        ("Without regularization", {}),
        ("L2 penalty, λ = 0.7", {"lambd": 0.7}),
        ("Dropout, keep_prob = 0.86", {"keep_prob": 0.86}),
    )
    models = []
    for name, setting in settings:
        parameters = namespace["model"](train_X, train_Y, print_cost=False, **setting)
        models.append((name, {**namespace, "parameters": parameters}))
    return models


def draw_boundaries() -> Figure:
    """Three decision boundaries side by side, each with its training and test accuracy."""
    models = trained_models()
    plt.close("all")  # the scatter plot that comes with loading the data
    figure, axes = plt.subplots(1, 3, figsize=(12, 4.6), sharey=True, layout="constrained")
    for ax, (name, known) in zip(axes, models, strict=True):
        parameters = known["parameters"]
        on_train = known["accuracy"](known["train_X"], known["train_Y"], parameters)
        on_test = known["accuracy"](known["test_X"], known["test_Y"], parameters)
        ax.set(xlim=(-0.75, 0.4), ylim=(-0.85, 0.65))
        known["plot_decision_boundary"](
            lambda rows, known=known: known["predict_dec"](known["parameters"], rows.T),
            known["train_X"],
            known["train_Y"],
            ax=ax,
            title=f"{name}\ntraining {on_train:.1%}, test {on_test:.1%}",
        )
        ax.label_outer()
        ax.get_legend().remove()
    marks, labels = axes[0].get_legend_handles_labels()
    figure.legend(marks, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure
