# Everything a newcomer needs is made by these targets: a virtual environment in .venv, nothing outside this folder.
# `make demo` and `make test` are the two commands of the README.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; exit; fi; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --progress-bar off
WORKERS ?= auto

.PHONY: help demo test check bench long docs pages schema reference clean
.DEFAULT_GOAL := help

help:  ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; name it with make PYTHON=/path/to/python"; exit 2; }
	@echo "==> making the environment in $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> installing service-flow"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> installing service-flow with its tests and tools (a minute or two)"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.core $(VENV)/.docs

$(VENV)/.docs: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> installing service-flow with what makes its documentation"
	@$(PIP) --editable '.[docs]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core  ## run the main job on a SQLite file and show its result
	@$(BIN)/python examples/whole_life/demo.py

check: $(VENV)/.dev  ## style, types, the walls between the wings
	@echo "==> ruff" && $(BIN)/ruff check .
	@echo "==> mypy --strict" && $(BIN)/mypy
	@echo "==> import-linter" && $(BIN)/lint-imports

test: check  ## everything that must hold: checks, then all tests (a real Postgres included)
	@echo "==> pytest"
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not long"

long: $(VENV)/.dev  ## the long properties, fuzz and kills
	@SERVICE_FLOW_LONG=1 $(BIN)/pytest -n $(WORKERS) -m long

bench: $(VENV)/.dev  ## figures: medians and ratios against peers in one run
	@$(BIN)/python -m bench

schema: $(VENV)/.dev  ## write the JSON Schemas anew from the model
	@$(BIN)/python -m service_flow.cli schema --to src/service_flow/blueprints/schema

reference: $(VENV)/.dev  ## write the generated pages of the docs anew
	@$(BIN)/python tests/docs/reference_pages.py

docs: $(VENV)/.docs  ## make the documentation site, which needs no network
	@rm -rf site
	@$(BIN)/python -m sphinx -W --keep-going -E -c docs/sphinx -b site -d build/docs . site
	@echo "==> open file://$(CURDIR)/site/index.html"

pages: $(VENV)/.dev  ## run every command and snippet of the docs, and try the site
	@$(BIN)/pytest tests/docs

clean:  ## remove the environment and what tools left behind
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache demo site build
