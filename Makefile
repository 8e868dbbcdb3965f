# Two commands set everything up on a fresh machine with Python 3.11+, make and git: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
.PHONY: demo test lint lowest bench docs accuracy clean

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[test]'
	touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## audit one form of corpus/
	$(BIN)/audit corpus/dev/gd_zone.txt --exit-zero

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy

test: $(VENV)/.test lint  ## what CI runs
	$(BIN)/pytest -n 2

lowest:  ## the tests with the oldest versions that pyproject.toml allows
	$(PYTHON) -m venv $(VENV)-lowest
	sed -nE 's/^ *"([A-Za-z0-9-]+)>=([0-9.]+).*/\1==\2/p' pyproject.toml > $(VENV)-lowest/versions
	$(VENV)-lowest/bin/python -m pip install -q --disable-pip-version-check -e '.[test]' -c $(VENV)-lowest/versions
	$(VENV)-lowest/bin/pytest -n 2

bench: $(VENV)/.test  ## speed; writes docs/performance.md
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.test  ## docs/rules/ and the picture of the README
	$(BIN)/python docs/generate.py

accuracy: $(VENV)/.test  ## docs/accuracy.md: every number in it; about four minutes
	$(BIN)/python docs/accuracy.py

clean:
	rm -rf $(VENV) $(VENV)-lowest build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
