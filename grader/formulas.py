"""Formulas that need no TeX to be read: `\\lambda \\cdot W^2` is λ · W².

A page of feedback loads nothing, so it has no MathJax. A formula that comes out whole is shown in
plain signs; any other as it was typed, which its author can read.
"""

from __future__ import annotations

import re

_SIGNS = dict(
    re.findall(
        r"(\S+) (\S+)",
        r"""
        \alpha α \beta β \gamma γ \delta δ \epsilon ε \varepsilon ε \zeta ζ \eta η \theta θ \kappa κ
        \lambda λ \mu μ \nu ν \xi ξ \pi π \rho ρ \sigma σ \tau τ \phi φ \varphi φ \chi χ \psi ψ
        \omega ω \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Pi Π \Sigma Σ \Phi Φ \Psi Ψ \Omega Ω
        \cdot · \times × \odot ⊙ \pm ± \le ≤ \leq ≤ \ge ≥ \geq ≥ \ne ≠ \neq ≠ \approx ≈ \sim ~
        \to → \rightarrow → \infty ∞ \partial ∂ \nabla ∇ \sum ∑ \prod ∏ \ldots … \dots … \in ∈
        \log log \exp exp \max max \min min \% % \_ _
        """,
    )
)
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|[%_])")
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_UP = re.compile(r"\^(?:\{([0-9+n-]+)\}|([0-9n]))")
_DOWN = re.compile(r"_(?:\{([0-9+-]+)\}|([0-9]))")
#: Two letters in a row are words, such as prose between two prices in dollars.
_WORD = re.compile(r"(?<![A-Za-z\\])(?!(?:log|exp|max|min|d[A-Z])\b)[A-Za-z]{2,}")


def readable_formula(tex: str) -> str | None:
    """A formula in plain signs; None if it needs more than that."""
    if _WORD.search(_COMMAND.sub(" ", tex)):
        return None
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[0], found[0]), tex)
    text = _UP.sub(lambda found: (found[1] or found[2]).translate(_RAISED), text)
    text = _DOWN.sub(lambda found: (found[1] or found[2]).translate(_LOWERED), text)
    return None if re.search(r"[\\{}^_&$]", text) else " ".join(text.split())
