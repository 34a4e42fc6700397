# `make run` starts the bot, `make test` checks everything; both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test lint bench pictures constraints clean

run: .venv/run
	@$(BIN)/python bot.py

test: lint
	$(BIN)/python -m pytest

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: .venv/dev
	$(BIN)/python -m benchmarks

pictures: .venv/dev
	$(BIN)/python -m docs.pictures

# Needs uv: pins every dependency, for every platform and Python that we support.
constraints:
	uv pip compile --universal --all-extras --upgrade --no-annotate --no-header --no-emit-index-url \
		pyproject.toml --output-file constraints.txt

.venv/run: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[playground]'
	@touch $@

.venv/dev: .venv/run
	$(PIP) --editable '.[playground,dev]'
	@touch $@

clean:
	rm -rf .venv dist .pytest_cache .ruff_cache .hypothesis
