# Every target sets itself up: only Python ≥ 3.11, git and make are needed.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.ready
DEMO ?= evict-demo

.PHONY: demo test heavy lint bench docs clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(STAMP)
	$(BIN)/evict demo --dir $(DEMO)

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

heavy: $(STAMP)
	$(BIN)/python -m pytest -n 2 -m heavy

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/evict lint
	$(BIN)/evict documents check

bench: $(STAMP)
	$(BIN)/python -m benchmarks --write benchmarks/RESULTS.md

docs: $(STAMP)
	$(BIN)/evict connectors --markdown > docs/actions.md

clean:
	rm -rf $(VENV) $(DEMO)
