# munim: what a person or a CI does with a checkout. Needs Python 3.11 or later, make and a package index.
#
# One virtual environment, .venv, is made from the locks in requirements/ (exact versions, with hashes) and kept until
# they change: a stamp in it says which lock it holds, so a second run asks pip nothing.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.SHELLFLAGS := -eu -c

OLDEST := 3.11
# The first that runs and is new enough; 3.11 comes first because the locks are made with it.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
ROOMS := munim scrapers pipelines loaders schedules
HOME_OF_RUN := $(CURDIR)/.munim-run
# Further words for pytest: make test ARGS="-k nav -x"
ARGS ?=
# Processes that share the tests, each with servers of its own: as many as there are cores, and no more than four
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 1); [ "$$n" -gt 4 ] && n=4; echo "$$n")

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_INSTALL := $(BIN)/python -m pip install --quiet --progress-bar off
say := @printf '▸ %s\n'

.PHONY: help run test reliability bench lint types arrows format hooks lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- for everybody ---------------------------------------------------------------------------------------------------

run: $(STAMP)-run ## everything once on made data, offline: environment, PostgreSQL, every pipeline, a table of what came
	$(say) "munim demo: embedded PostgreSQL, migrations and every pipeline against the replica (home: .munim-run)"
	@env -u MUNIM_DATABASE_URL -u MUNIM_ARCHIVE -u MUNIM_REPLICA -u MUNIM_REQUIRE_EXTERNAL \
		MUNIM_HOME="$(HOME_OF_RUN)" $(BIN)/munim demo

test: $(STAMP)-dev ## the tests: unit, integration, acceptance and the short reliability ones
	$(say) "pytest: $(or $(ARGS),every test that is not marked long)"
	@$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile --durations=25 $(ARGS)

# --- for who works on it ---------------------------------------------------------------------------------------------

reliability: $(STAMP)-dev ## the reliability tests in full: kills, races and outages, many rounds
	$(say) "pytest tests/reliability: every round (long)"
	@$(BIN)/python -m pytest -m "long or not long" --timeout=3600 --durations=10 tests/reliability $(ARGS)

bench: $(STAMP)-dev ## every script in benchmarks/, each printing its ratios
	@for script in benchmarks/*.py; do \
		printf '▸ %s\n' "$$script"; $(BIN)/python "$$script"; done

lint: $(STAMP)-dev ## ruff: every rule, and the format
	$(say) "ruff check, ruff format --check"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)-dev ## mypy, strict
	$(say) "mypy --strict"
	@$(BIN)/mypy

arrows: $(STAMP)-dev ## import-linter: which room may import which
	$(say) "lint-imports: the arrows between the rooms"
	@$(BIN)/lint-imports --no-logo

format: $(STAMP)-dev ## put the code into the one format, and mend what ruff can
	$(say) "ruff check --fix, ruff format"
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

hooks: $(STAMP)-dev ## have git run the checks before each commit
	@$(BIN)/pre-commit install

LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(if $(UPGRADE),--upgrade)

lock: $(STAMP)-dev ## make the locks again from pyproject.toml; UPGRADE=1 takes the newest releases
	$(say) "requirements/run.txt: what munim runs on"
	@$(LOCK) --output-file requirements/run.txt pyproject.toml
	$(say) "requirements/build.txt: what installs a checkout"
	@$(LOCK) --only-build-deps --build-deps-for editable -c requirements/run.txt \
		--output-file requirements/build.txt pyproject.toml
	$(say) "requirements/dev.txt: what checks and tests it"
	@$(LOCK) --extra dev -c requirements/run.txt -c requirements/build.txt \
		--output-file requirements/dev.txt pyproject.toml

clean: ## take away all that was made here: the environment, the home of `make run`, caches
	@if [ -d .munim-run ] && [ -x $(BIN)/munim ]; then MUNIM_HOME="$(HOME_OF_RUN)" $(BIN)/munim db stop || true; fi
	@rm -rf $(VENV) .munim-run build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	@find $(ROOMS) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------------------------------

$(VENV)/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ]; then echo "munim needs Python $(OLDEST) or later, and none was found;" \
		"install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "munim needs Python $(OLDEST) or later;" \
		"$(PYTHON) is $$($(PYTHON) -V 2>&1 | head -n 1)" >&2; exit 1; }
	$(say) "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) can't make a virtual environment;" \
		"Debian and Ubuntu keep that part in the package python3-venv" >&2; exit 1; }

# The environment of the tests holds what munim runs on, in the same versions: it serves `make run` as well.
$(STAMP)-run-lock: requirements/run.txt requirements/build.txt | $(VENV)/pyvenv.cfg
	@printf '▸ installing the %s packages that munim runs on (a minute or two the first time)\n' \
		"$$(grep -hE '^[a-z0-9].*==' $^ | sort -u | grep -c .)"
	@$(PIP_INSTALL) --require-hashes $(addprefix -r ,$^)
	@touch $@

$(STAMP)-dev-lock: requirements/dev.txt requirements/build.txt | $(VENV)/pyvenv.cfg
	@printf '▸ installing the %s packages that munim and its tests run on %s\n' \
		"$$(grep -hE '^[a-z0-9].*==' $^ | sort -u | grep -c .)" "(a minute or two the first time)"
	@$(PIP_INSTALL) --require-hashes $(addprefix -r ,$^)
	@touch $@ $(STAMP)-run-lock

PROJECT := pyproject.toml munim/__init__.py
INSTALL_PROJECT = $(PIP_INSTALL) --no-deps --no-index --no-build-isolation --editable .

$(STAMP)-run: $(STAMP)-run-lock $(PROJECT)
	$(say) "installing munim itself"
	@$(INSTALL_PROJECT)
	@touch $@

$(STAMP)-dev: $(STAMP)-dev-lock $(PROJECT)
	$(say) "installing munim itself"
	@$(INSTALL_PROJECT)
	@touch $@ $(STAMP)-run
