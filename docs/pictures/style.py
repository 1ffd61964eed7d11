"""What all pictures share: colours that colour-blind eyes tell apart, and where things lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = ROOT / "source" / "regularization"

OURS, OTHERS = "#0072B2", "#D55E00"  # Okabe and Ito's blue (class 1) and vermillion (class 0)
GREEN, GREY = "#009E73", "#8A8A8A"
