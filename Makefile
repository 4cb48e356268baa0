.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
VAR_DIR ?= var
VENV := var/venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
MANAGE := $(PYTHON) manage.py
PYTEST := $(BIN)/pytest -q -n 2
export SITE_URL ?= http://127.0.0.1:$(PORT)

# A name may be found and still not run (a shim of pyenv's), or lack what makes an environment: so each is tried.
define make_environment
find_python() { \
	for candidate in python3.13 python3.14 python3.12 python3 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/*/bin/python3; do \
		if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then \
			echo "$$candidate"; return; \
		fi; \
	done; \
	echo "Asia Unbound needs Python 3.12 or later. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; \
	return 1; \
}; \
$(PYTHON) -c '' 2>/dev/null || { python="$$(find_python)" && "$$python" -m venv --clear $(VENV); }
endef
INSTALL := $(PYTHON) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes

.PHONY: help
help: ## Show what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: var/.installed ## Serve the publication at http://127.0.0.1:8000 (PORT=), with demo posts if it has none
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) demo --if-empty
	@if [ -f $(VAR_DIR)/demo-accounts.txt ]; then cat $(VAR_DIR)/demo-accounts.txt; fi
	@exec $(MANAGE) serve --port $(PORT)

.PHONY: dev
dev: var/.installed-dev ## The same for developing: reloads when a file changes
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo --if-empty
	@if [ -f $(VAR_DIR)/demo-accounts.txt ]; then cat $(VAR_DIR)/demo-accounts.txt; fi
	@DEBUG=1 exec $(MANAGE) runserver $(PORT)

.PHONY: test
test: lint suite suite-postgres ## Everything: lint, types, and all tests on SQLite and on PostgreSQL

.PHONY: suite
suite: var/.installed-dev
	env -u DATABASE_URL $(PYTEST)

.PHONY: suite-postgres
suite-postgres: var/.installed-dev
	$(PYTHON) tests/postgres.py $(PYTEST)

.PHONY: bench
bench: var/.installed-dev ## Compare with what it should be as good as, on both databases (ten minutes, on a quiet machine)
	@$(PYTHON) tests/postgres.py --durable $(PYTHON) tests/bench/run.py --both $(if $(QUEUE),--queue)

.PHONY: lint
lint: var/.installed-dev ## Look for mistakes in code, types and templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 6.1 {} +
	$(BIN)/mypy asiaunbound blog comments tests manage.py

.PHONY: format
format: var/.installed-dev ## Bring code and templates into shape
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet
	find templates -name '*.html' -exec $(BIN)/djade --target-version 6.1 {} +

.PHONY: lock
lock: var/.installed-dev ## Pin the newest versions that pyproject.toml allows
	$(PYTHON) -m pip install --quiet --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --upgrade $(LOCK) --output-file requirements.txt
	$(BIN)/uv pip compile pyproject.toml --upgrade --group dev $(LOCK) --output-file requirements-dev.txt
LOCK := --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header

var/.installed: requirements.txt
	@mkdir -p var
	@$(make_environment)
	@echo "Installing into $(VENV) (about a minute, once)."
	@$(INSTALL) -r requirements.txt
	@touch $@

var/.installed-dev: requirements-dev.txt
	@mkdir -p var
	@$(make_environment)
	@echo "Installing into $(VENV) (about a minute, once)."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ var/.installed
