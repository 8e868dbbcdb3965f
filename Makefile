# Two commands set everything up on a fresh machine with Python 3.11+, make and git: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.PHONY: demo test lint bench docs clean

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test]'
	touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	$(BIN)/audit corpus/dev/gd_zone.txt --exit-zero

lint: $(VENV)/.test
	$(BIN)/ruff check . && $(BIN)/ruff format --check auditor && $(BIN)/mypy

test: $(VENV)/.test lint
	$(BIN)/pytest -n 2

bench: $(VENV)/.test
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.test
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
