"""The gradient checking assignment: a warm-up on finding mistakes in a backward pass."""

from pathlib import Path

#: The public examples with their answers, and the fingerprints of wrong answers. `fixtures.py` makes them.
FIXTURES_FILE = Path(__file__).with_name("fixtures.json")
HINTS_FILE = Path(__file__).with_name("hints.json")
