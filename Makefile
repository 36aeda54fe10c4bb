# Two commands do everything: `make run` and `make test`. Needs Python 3.11+ with venv.

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask
RUNTIME := .venv/.runtime
TESTS := .venv/.tests
ASSETS := views/built/manifest.json
# networkx finds our backend by the entry point of an installed project. "compat" is one
# line of path: the usual way would run a finder of modules at every start.
REGISTER := $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation \
  --config-settings editable_mode=compat -e .
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard views/translations/*/LC_MESSAGES/messages.po))

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench format lock messages screenshots

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(RUNTIME) $(CATALOGUES) $(ASSETS) ## Install, migrate, load the reference data, serve
	$(FLASK) db upgrade
	$(FLASK) load-reference
	exec $(FLASK) serve

demo: $(RUNTIME) $(CATALOGUES) $(ASSETS) ## The same as run, with a fictional network loaded
	$(FLASK) db upgrade
	$(FLASK) load-reference
	$(FLASK) load-demo
	exec $(FLASK) serve

test: $(TESTS) $(CATALOGUES) $(ASSETS) ## Install what tests need and run them, on both databases
	tests/provide-postgresql
	tests/provide-dovecot
	tests/provide-libical
	tests/provide-chromium
	$(BIN)/pytest -q -n auto --dist worksteal $(ARGS)

check: $(TESTS) $(CATALOGUES) $(ASSETS) ## Format, lint, types, layers, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.catalogues

bench: $(TESTS) $(CATALOGUES) $(ASSETS) ## Measure every goal beside its control
	tests/provide-chromium
	$(BIN)/python -m bench $(ARGS)

format: $(TESTS) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(TESTS) ## Bring new texts into the translation catalogues
	$(BIN)/pybabel -q extract -F pyproject.toml -k _l --no-location --sort-output --omit-header -o .venv/messages.pot .
	for language in nn en; do $(BIN)/pybabel -q update -N -i .venv/messages.pot -l $$language -d views/translations; done

screenshots: $(TESTS) $(CATALOGUES) $(ASSETS) ## Take the pictures in docs/ anew, of the demo network
	tests/provide-chromium
	$(BIN)/python -m tests.screenshots

lock: $(TESTS) ## Lock the newest dependencies that requirements*.in allow
	for set in requirements requirements-test; do \
	$(BIN)/uv pip compile -q --upgrade --no-strip-extras --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-header $$set.in -o $$set.txt; done

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing (Debian: python3-venv)." >&2; exit 1; }

$(RUNTIME): requirements.txt | .venv/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(REGISTER)
	touch $@

$(TESTS): requirements-test.txt | .venv/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	$(REGISTER)
	touch $@

node_modules/.package-lock.json: package.json package-lock.json | $(RUNTIME)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --loglevel=error
	touch $@

$(ASSETS): node_modules/.package-lock.json views/assets.py $(wildcard views/static/*) | $(RUNTIME)
	$(FLASK) collect-assets

%.mo: %.po | $(RUNTIME)
	$(BIN)/pybabel -q compile -i $< -o $@
