# make demo    try it: a server, a chat and the bot, with nothing of your own    (PLAY=1: it plays by itself)
# make test    everything the tests need, then all tests            (ARGS=...: for pytest; LONG=1: in the long form)
# make check   format, lint, types, scripts, floors
# make run     the bot, against Telegram, with .env and lotsman.yml
# make hosts   a real server with systemd to try things on, in a container   (KIND=lamp: with a Laravel site; DOWN=1: end it)
# make faults  kills, cuts and outages, again and again; a table of what came of them   (ARGS="F1 F3": only these)
# make bench   speed, as ratios against baselines measured in the same run
PYTHON ?= python3
ARGS ?=
JOBS ?= 3
LONG ?=
BIN = .venv/bin
SCRIPTS = $(shell git ls-files '*.sh' '.ci/run')

.PHONY: demo test check run hosts faults bench format environment dev-environment

demo: environment
	$(BIN)/python -m demo $(if $(PLAY),--play) $(if $(LANGUAGE_OF_TEAM),--language $(LANGUAGE_OF_TEAM))

run: environment
	$(BIN)/python -m bot run

test: dev-environment
	sh tools/test-needs.sh
	LOTSMAN_LONG=$(LONG) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: dev-environment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/shellcheck $(SCRIPTS)
	$(BIN)/lint-imports

format: dev-environment
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

hosts: dev-environment
	$(BIN)/python -m tests.e2e.hosts $(if $(DOWN),down,up $(KIND))

faults: dev-environment
	$(BIN)/python -m tests.faults $(ARGS)

bench: dev-environment
	$(BIN)/python -m tests.bench $(ARGS)

environment:
	@PYTHON="$(PYTHON)" sh tools/environment.sh requirements.lock

dev-environment:
	@PYTHON="$(PYTHON)" sh tools/environment.sh requirements-dev.lock
