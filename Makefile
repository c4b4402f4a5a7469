# Two commands: `make run` starts Weft, `make test` proves it. Nothing is needed but Python 3.11+, Node 20+, npm and make.

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
LOGS   := .make

PYTHON_READY := $(VENV)/.installed
DEV_READY    := $(VENV)/.installed-dev
NODE_READY   := frontend/node_modules/.package-lock.json
BUILT        := frontend/dist/index.html
FRONTEND     := $(wildcard frontend/*.html frontend/*.json frontend/*.ts) $(shell find frontend/src frontend/public -type f 2>/dev/null)

.PHONY: help run setup compiled test differential approval check format lock clean node chromium lane-python lane-node

help:
	@echo "make run    install, build and start Weft"
	@echo "make test   install what the tests need and run everything"
	@echo "make setup  install and build only"
	@echo "make differential  compare the back ends of the language on COUNT generated expressions"
	@echo "make approval  approval beside its oracle, predictions beside what happens, 200 co-signers at once"
	@echo "make check  format, lint, types, import contracts"
	@echo "make format put the code into its format"
	@echo "make lock   compile the locks after a change of pyproject.toml"
	@echo "make clean  remove what was installed and built (not the data in .weft)"

run: setup
	@exec $(BIN)/weft up

setup: compiled $(BUILT)

# Once, for every process that starts: some environments tell Python to keep nothing that it compiles.
compiled: $(PYTHON_READY)
	@$(BIN)/python -m compileall -q backend engine

# --- what is installed -----------------------------------------------------------------------------------------------

$(BIN)/python:
	@found=; for candidate in $$PYTHON python3.11 python3.12 python3.13 python3; do \
	  if command -v $$candidate >/dev/null 2>&1 && $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then found=$$candidate; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "Weft needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || echo none)." >&2; exit 1; fi; \
	echo "· Python environment from $$found"; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot make an environment; on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }

$(PYTHON_READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "· Python packages"
	@$(PIP) install --quiet --progress-bar on --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.lock $(PYTHON_READY)
	@echo "· Python packages for the tests"
	@$(PIP) install --quiet --progress-bar on --require-hashes -r requirements-dev.lock
	@touch $@

node:
	@command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || \
	  { echo "Weft needs Node 20 or newer with npm; install it, then run this again." >&2; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || \
	  { echo "Weft needs Node 20 or newer; this is $$(node --version)." >&2; exit 1; }

$(NODE_READY): frontend/package.json frontend/package-lock.json | node
	@echo "· front end packages"
	@cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(BUILT): $(NODE_READY) $(FRONTEND)
	@echo "· building the front end"
	@cd frontend && npm run --silent build
	@touch $@

# A Chromium with Chinese fonts: the one that is here, else Debian's, else Playwright's own.
chromium: $(DEV_READY)
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	have() { command -v chromium || command -v chromium-browser || command -v google-chrome; }; \
	may() { command -v apt-get >/dev/null 2>&1 && { [ -z "$$sudo" ] || $$sudo true 2>/dev/null; }; }; \
	fonts() { [ -n "$$(fc-list :lang=zh 2>/dev/null)" ]; }; \
	if { ! have >/dev/null || ! fonts; } && may; then \
	  echo "· Chromium and Chinese fonts"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null || true; \
	fi; \
	have >/dev/null || $(BIN)/playwright install chromium

# --- what is proved --------------------------------------------------------------------------------------------------

check: $(DEV_READY)
	@failed=; \
	$(BIN)/ruff format --check . || failed="$$failed format"; \
	$(BIN)/ruff check . || failed="$$failed lint"; \
	$(BIN)/mypy || failed="$$failed types"; \
	$(BIN)/lint-imports || failed="$$failed import-contracts"; \
	[ -z "$$failed" ] || { echo "make check failed:$$failed" >&2; exit 1; }

format: $(DEV_READY)
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lane-node: $(NODE_READY)
	@cd frontend && npm run --silent check && npm test --silent

# Generated expressions over boundary rows in Python, PostgreSQL and the browser: they must agree.
differential: setup $(DEV_READY)
	@$(BIN)/python -W ignore:XDG -m tests.differential --count $(or $(COUNT),3000) --seed $(or $(SEED),1) --jobs 2

# Every sign mode with every pair of operations beside a brute-force oracle; predictions beside what then happens; the race needs the
# whole product, which it starts itself.
approval: setup $(DEV_READY)
	@$(BIN)/python -W ignore:XDG -m tests.approval_oracle --seed $(or $(SEED),1)
	@$(BIN)/python -W ignore:XDG -m tests.approval_prediction --seed $(or $(SEED),1)
	@$(BIN)/python -W ignore:XDG -m tests.approval_race --modes all,vote,any,claim

# The checks of both languages run side by side; then pytest has the machine, four files at a time (most of a test is waiting for
# servers) beside the proofs of approval, and the last word.
test: setup $(DEV_READY) chromium
	@mkdir -p $(LOGS); \
	$(MAKE) --no-print-directory lane-node >$(LOGS)/node.log 2>&1 & node=$$!; \
	python=0; $(MAKE) --no-print-directory check || python=1; \
	front=0; wait $$node || front=1; cat $(LOGS)/node.log; \
	differ=0; $(MAKE) --no-print-directory differential || differ=1; \
	$(MAKE) --no-print-directory approval >$(LOGS)/approval.log 2>&1 & approval=$$!; \
	tests=0; $(BIN)/python -m pytest -n 4 || tests=1; \
	approve=0; wait $$approval || approve=1; cat $(LOGS)/approval.log; \
	[ $$python = 0 ] || echo "make check failed; its output is above the tests'" >&2; \
	[ $$front = 0 ] || echo "the front end's checks or tests failed; their output is above the tests'" >&2; \
	[ $$differ = 0 ] || echo "the back ends of the language differ; what differs is above" >&2; \
	[ $$approve = 0 ] || echo "approval differs from its oracle, its prediction, or in the race; what differs is above" >&2; \
	[ "$$python$$front$$tests$$differ$$approve" = 00000 ]

# --- what is rarely needed -------------------------------------------------------------------------------------------

lock: $(PYTHON_READY)
	@$(PIP) install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --extra build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --extra build --extra dev pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --constraints requirements.lock --extra build --extra bench pyproject.toml -o requirements-bench.lock

clean:
	rm -rf $(VENV) $(LOGS) frontend/node_modules frontend/dist
