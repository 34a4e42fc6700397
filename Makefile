# Every target that needs Python packages sets up .venv first, from a lock with hashes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --disable-pip-version-check
# What is downloaded on Linux.
SIZE_bot := 20
SIZE_playground := 80
SIZE_dev := 330
# Many tests wait for something: two processes more than the computer has processors.
WORKERS := $(shell expr `getconf _NPROCESSORS_ONLN` + 2)
PYTEST := $(BIN)/python -m pytest --numprocesses
# Each bot of a test has the cogs imported anew: without bytecode they are compiled each time.
unexport PYTHONDONTWRITEBYTECODE

# With a token, in the environment or in .env, `make run` needs no playground.
TOKEN := ^(export )?DISCORD_TOKEN *= *[^\#]?[[:alnum:]]
EXTRAS := $(if $(or $(DISCORD_TOKEN),$(shell grep -sE '$(TOKEN)' .env)),bot,playground)

.PHONY: help run example test soak scale fuzz lint bench audit pictures screens architecture locales lock clean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' Makefile | expand -t 15

run: .venv/$(EXTRAS) ## start the bot; without a DISCORD_TOKEN the playground
	@$(BIN)/python bot.py

example: .venv/playground ## start examples/main_bot, a main bot, in the playground
	@PYTHONPATH=.:examples/main_bot $(BIN)/python examples/play.py

test: lint ## lint, check types, run all tests; what fails beside others is run once more, alone
	$(PYTEST) $(WORKERS) || { [ $$? = 1 ] && $(PYTEST) 0 --last-failed --last-failed-no-failures none; }

soak: .venv/dev ## run the long races with all their trials, and print what they reached
	SOAK=1 $(PYTEST) auto -m soak

scale: .venv/dev ## run failovers, two processes and large stores, and print what was measured
	SCALE=1 $(BIN)/python -m pytest -m scale

fuzz: .venv/dev ## read changed images and files for MINUTES (5)
	$(BIN)/python -m tests.fuzz $(or $(MINUTES),5)

lint: .venv/dev ## lint and check types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

bench: .venv/dev ## measure
	$(BIN)/python -m benchmarks

audit: .venv/dev ## ask for known holes in the packages
	@$(BIN)/python locks/audit.py locks/dev.txt locks/build.txt

pictures: .venv/dev ## take the pictures of the README
	$(BIN)/python -m docs.pictures

screens: .venv/dev ## take pictures of the screens in a LOCALE of Discord's, to look at
	$(BIN)/python -m docs.screens $(LOCALE)

architecture: .venv/dev ## draw the picture of docs/architecture.md; needs Graphviz
	$(BIN)/python -m docs.architecture

locales: .venv/dev ## extract the sentences for players, and compile the catalogues
	$(BIN)/python -m docs.locales

UV := uv pip compile --quiet --universal --upgrade --no-annotate --no-header --no-emit-index-url \
	--generate-hashes
PYTHONS := 3.11 3.12 3.13 3.14
DRY_RUN := uv pip install --quiet --dry-run --target .venv/none --only-binary :all: --require-hashes
lock: ## pin the newest packages, for every platform and Python; needs uv
	$(UV) --extra cli --extra dev pyproject.toml --output-file locks/dev.txt
	$(UV) --constraint locks/dev.txt --extra cli --extra bot pyproject.toml --output-file locks/bot.txt
	$(UV) --constraint locks/dev.txt --extra cli --extra playground pyproject.toml \
		--output-file locks/playground.txt
	$(UV) --constraint locks/dev.txt locks/build.in --output-file locks/build.txt
	@for python in $(PYTHONS); do for lock in build bot playground dev; do \
		echo "Looking whether Python $$python can install locks/$$lock.txt …"; \
		$(DRY_RUN) --python-version $$python --requirement locks/$$lock.txt || exit; \
	done; done

# What is not in the lock, or has another hash, is not installed; nor does the build get it.
.venv/%: pyproject.toml locks/%.txt locks/build.txt | .venv/pyvenv.cfg
	@echo "Installing the packages: about a minute, and $(SIZE_$*) MB to download …"
	@$(PIP) --require-hashes --requirement locks/build.txt --requirement locks/$*.txt
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/pyvenv.cfg:
	@echo "Making an environment for Python packages in .venv …"
	@$(PYTHON) -m venv .venv

clean: ## remove .venv and what tools leave behind
	rm -rf .venv dist .pytest_cache .ruff_cache .hypothesis .mypy_cache
