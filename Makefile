# The whole interface for people who work on apim-ai. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ONLY ?=
SECONDS_EACH ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo test check fuzz bench docs fmt changelog clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("apim-ai needs Python 3.11 or newer, not " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(PIP) install --editable ".[demo]"
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) install --editable ".[demo,test]" --group dev
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## set up and run the main job end to end on this machine
	$(BIN)/apim-ai demo

test: $(VENV)/.dev ## set up and run all tests
	$(BIN)/python -m pytest -n auto --dist loadscope -q

check: $(VENV)/.dev ## format, lint, types, layers, tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/apim-ai fmt --check apis policies products
	$(BIN)/apim-ai lint --fail-on warning
	$(MAKE) test

fuzz: $(VENV)/.dev ## feed mutations to parser and compiler, as every night; SECONDS_EACH=600 for each target
	$(PIP) install --group fuzz
	$(BIN)/python -m tools.fuzz --seconds $(SECONDS_EACH)

bench: $(VENV)/.dev ## measure; ONLY=gateway runs one section
	$(BIN)/python -m bench $(ONLY)

docs: $(VENV)/.dev ## write the generated pages and schemas again
	$(BIN)/python -m tools.generate

fmt: $(VENV)/.dev ## format the code and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/apim-ai fmt apis policies products

changelog: $(VENV)/.dev ## gather changes/*.md into CHANGELOG.md
	$(BIN)/python -m tools.changelog

clean: ## remove the virtual environment and everything built
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
