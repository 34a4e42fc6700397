# Every target that needs Python packages sets up .venv first.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest --numprocesses auto

# With a token, in the environment or in .env, `make run` needs no playground.
TOKEN := ^(export )?DISCORD_TOKEN *= *[^\#]?[[:alnum:]]
EXTRAS := $(if $(or $(DISCORD_TOKEN),$(shell grep -sE '$(TOKEN)' .env)),bot,playground)

.PHONY: help run test soak lint bench pictures constraints clean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' Makefile | expand -t 13

run: .venv/$(EXTRAS) ## start the bot; without a DISCORD_TOKEN the playground
	@$(BIN)/python bot.py

test: lint ## lint, check types, run all tests
	$(PYTEST)

soak: .venv/dev ## run the long races with all their trials
	SOAK=1 $(PYTEST) -m soak

lint: .venv/dev ## lint and check types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: .venv/dev ## measure
	$(BIN)/python -m benchmarks

pictures: .venv/dev ## take the pictures of the README
	$(BIN)/python -m docs.pictures

constraints: ## pin the newest dependencies, for every platform and Python; needs uv
	uv pip compile --universal --all-extras --upgrade --no-annotate --no-header --no-emit-index-url \
		pyproject.toml --output-file constraints.txt

.venv/%: pyproject.toml constraints.txt | .venv/pyvenv.cfg
	$(PIP) --editable '.[cli,$*]'
	@touch $@

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

clean: ## remove .venv and what tools leave behind
	rm -rf .venv dist .pytest_cache .ruff_cache .hypothesis .mypy_cache
