# `make demo` and `make test` set up what they need in .venv; `make help` says the rest.
# The newest Python that really runs here: a name on the PATH may be a shim that leads nowhere.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --extra explore --extra postgres pyproject.toml

.PHONY: help demo test check corpus bench format lock clean

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.run ## crawl the sample portals and ask the warehouse three questions
	@$(BIN)/nianbao demo

test: .venv/.dev .venv/.replay ## set up and run every test
	$(BIN)/pytest -n 2 --dist loadfile

check: .venv/.dev ## the fast loop: format, lint, types, tests without servers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not slow"

corpus: .venv/.dev ## print how well the reader does on the corpus of real documents
	@$(BIN)/python -m tests.corpus

bench: .venv/.bench ## measure what the README claims, side by side with others; an hour
	$(BIN)/python -m benchmarks.parse
	$(BIN)/python -m benchmarks.crawl
	$(BIN)/python -m benchmarks.warehouse
	$(BIN)/python -m benchmarks.documents
	$(BIN)/python -m benchmarks.explorer
	$(BIN)/python -m benchmarks.reparse
	$(BIN)/python -m benchmarks.operate

format: .venv/.dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin the dependencies anew, with hashes and without naming a host
	@command -v uv >/dev/null || { echo "uv is needed for this: pip install uv"; exit 1; }
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --extra dask --extra ocr --group build --group dev -o requirements-dev.lock
	$(LOCK) --extra dask --extra ocr --group build --group dev --group bench -o requirements-bench.lock
	$(filter-out --extra explore postgres pyproject.toml,$(LOCK)) --group replay -o requirements-replay.lock

clean: ## remove the environment, caches and what the demo left
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis data/demo

# The stamps are written last, so that a set-up that was broken off is done again.
.venv/.run: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; none found. Or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (Debian: python3-venv)"; exit 1; }
	@echo "setting up .venv with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.dev
	@$(PIP) install --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

# pywb, which replays our archive in the tests. Apart, since it cannot live beside Prefect.
.venv/.replay: requirements-replay.lock .venv/.run
	@$(PYTHON) -m venv .venv/replay
	@.venv/replay/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r $<
	@touch $@
