# Shelfgraph: `make demo` runs it, `make test` checks it, `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

TORCH_VERSION ?= 2.13.0
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SHELFGRAPH := $(BIN)/shelfgraph

BENCHMARKS ?= extraction normalising import_stages search_quality search_latency whole_system

# Each starts servers of its own, of about 2 GB.
TEST_PROCESSES ?= 2

# Tests share the cores of the machine; each model gets one thread, so that they do not fight.
export OMP_NUM_THREADS ?= 1
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: help install demo up test lint format pin bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv and install everything, models included

$(STAMP): pyproject.toml constraints.txt models.txt deploy/install
	@TORCH_VERSION=$(TORCH_VERSION) bash deploy/install $(VENV)

demo: $(STAMP) ## Run everything with the sample shop until Ctrl-C
	@exec $(BIN)/python -m shelfgraph.demo

up: $(STAMP) ## Run everything on your own data until Ctrl-C
	@exec $(SHELFGRAPH) up

test: lint ## Lint, types, import contract and all tests
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

lint: $(STAMP) ## Lint, format, types and import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pin: $(STAMP) ## Write constraints.txt from what is installed
	$(BIN)/python deploy/pin.py

bench: $(STAMP) ## Measure import, search and extraction; docs/benchmarks.md tells how to read it
	@for script in $(BENCHMARKS); do echo "# $$script"; $(BIN)/python benchmarks/$$script.py; done

clean: ## Remove .venv and caches; your data stays where it is
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
