# `make` alone lists what can be done here. Everything is installed into .venv and .tools,
# by package name, at the versions in requirements/.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
VERSITYGW := .tools/versitygw
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
PROJECTS := pyproject.toml cli/pyproject.toml requirements/build.in

.DEFAULT_GOAL := help
.PHONY: help run test check format lock bench clean s3-server

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Start the whole product on http://127.0.0.1:$PORT (8000), data in $COMMONKEEP_DATA (./var)
	@exec $(BIN)/python manage.py serve

test: check s3-server ## Everything that must hold: make check, then all tests
	$(BIN)/python -m pytest

check: $(DEV_READY) ## Formatting, lint, types, layers, migrations, production settings, lock files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=platform:cli $(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	bash tools/check-deploy $(BIN)/python
	bash tools/check-locks $(BIN)/uv

format: $(DEV_READY) ## Let ruff put every file into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(DEV_READY) ## Write requirements/*.txt anew from the pyproject files
	$(LOCK) $(PROJECTS) -o requirements/run.txt
	$(LOCK) $(PROJECTS) requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

bench: $(DEV_READY) s3-server ## Put and get beside rclone and restic where they are found; prints ratios
	$(BIN)/python -m bench

clean: ## Remove what was installed and cached here; the data in ./var stays
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	@echo "Making a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt pyproject.toml cli/pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the server and the client into $(VENV) (about a minute, once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . -e ./cli
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@echo "Installing what tests and checks need into $(VENV)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# The contract suite wants a real S3 server: one named by environment or on PATH, else this one.
s3-server:
	@if [ -z "$$COMMONKEEP_TEST_S3_ENDPOINT" ] && ! command -v minio versitygw >/dev/null && command -v go >/dev/null; \
	then $(MAKE) --no-print-directory $(VERSITYGW); fi

$(VERSITYGW):
	@echo "Installing an S3 server for the tests into .tools (about three minutes, once)"
	@GOBIN=$(CURDIR)/.tools GOTOOLCHAIN=local GOFLAGS=-modcacherw go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
