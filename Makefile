# make run | test | ask Q='…' | setup | lint | bench
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

run: setup
	$(BIN)/assistant index seeds
	$(BIN)/assistant serve

ask: setup
	@test -n "$(Q)" || { echo "쓰는 법: make ask Q='질문'" >&2; exit 2; }
	@test -d .assistant || $(BIN)/assistant index seeds
	@$(BIN)/assistant ask "$(Q)"

test: $(READY)-dev
	$(BIN)/python -m pytest

lint: $(READY)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)-dev
	$(BIN)/python -m tests.bench

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 이상이 필요합니다: make PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY)-dev: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.PHONY: run ask test lint bench setup
