# Every target sets itself up: only Python ≥ 3.11, git and make are needed.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.ready
DEMO ?= evict-demo

.PHONY: demo test heavy lint clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(STAMP)
	$(BIN)/evict demo --dir $(DEMO)

test: $(STAMP)
	$(BIN)/python -m pytest

heavy: $(STAMP)
	$(BIN)/python -m pytest -m heavy

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/evict lint

clean:
	rm -rf $(VENV) $(DEMO)
