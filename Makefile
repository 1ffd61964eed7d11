# Everything runs in .venv, which `make setup` creates; each target does its own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help setup demo test lint bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    a synthetic class, graded end to end, in build/demo"
	@echo "make test    the test-suite (sets itself up)"
	@echo "make lint    ruff and mypy"
	@echo "make bench   speed, as ratios against named rivals"
	@echo "make setup   only the virtual environment, .venv"
	@echo "make clean   remove build/ and .venv"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else f"Cannot set up with Python {v[0]}.{v[1]}: 3.11 or newer is needed. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,lint,browser]'
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/grader demo

test: $(STAMP)
	@$(BIN)/python -m pytest

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

clean:
	rm -rf build $(VENV)
