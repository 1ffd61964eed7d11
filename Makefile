# Everything runs in .venv, which `make setup` creates; each target does its own set-up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# A student's desk; what stands there already is never overwritten: it may be somebody's work.
ASSIGNMENT ?= regularization
DESK       := build/student

# make docs LINKS=all: links to other sites are checked as well.
SITE       := build/docs
LINKS      ?= own

.PHONY: help setup demo student test lint bench docs clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    a synthetic class, graded end to end, in build/demo"
	@echo "make test    the test-suite (sets itself up)"
	@echo "make lint    ruff and mypy"
	@echo "make bench   speed, as ratios against named rivals"
	@echo "make docs    the documentation as a site, in build/docs/html; links and examples are checked"
	@echo "make student a student's desk in build/student: the release, and the four packages, nothing else"
	@echo "make setup   only the virtual environment, .venv"
	@echo "make clean   remove .venv and build/, but for build/student: it may be somebody's work"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else f"Cannot set up with Python {v[0]}.{v[1]}: 3.11 or newer is needed. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,lint,browser,docs]'
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/grader demo regularization

student: $(DESK)/.venv/.installed
	@test -d release/$(ASSIGNMENT) || { echo "Cannot set up a desk: there is no release/$(ASSIGNMENT). Run: grader release $(ASSIGNMENT)" >&2; exit 2; }
	@test -e $(DESK)/$(ASSIGNMENT) || cp -R release/$(ASSIGNMENT) $(DESK)/$(ASSIGNMENT)
	@echo "A student's desk: $(DESK)/$(ASSIGNMENT). Sit down at it with:"
	@echo "  cd $(DESK)/$(ASSIGNMENT) && ../.venv/bin/jupyter lab $(ASSIGNMENT).ipynb"

$(DESK)/.venv/.installed: constraints.txt
	@test -x $(DESK)/.venv/bin/python || $(PYTHON) -m venv $(DESK)/.venv
	@echo "Installing numpy, scipy, matplotlib and jupyter into $(DESK)/.venv (once; about a minute) ..."
	@$(DESK)/.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt numpy scipy matplotlib jupyter
	@touch $@

# As many processes as there are cores, four at most; who is through with his tests takes over another's.
test: $(STAMP)
	@$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

docs: $(STAMP)
	@$(BIN)/sphinx-build -c docs -b html --fail-on-warning --keep-going --nitpicky -q . $(SITE)/html
	@LINKS=$(LINKS) $(BIN)/sphinx-build -c docs -b linkcheck --fail-on-warning --keep-going -q -d $(SITE)/html/.doctrees . $(SITE)/links
	@$(BIN)/python -m pytest -q -p no:randomly -m "not slow" tests/test_docs.py tests/test_troubleshooting.py
	@echo "The documentation: $(SITE)/html/index.html"

clean:
	rm -rf $(VENV)
	@test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name student -exec rm -rf {} +
