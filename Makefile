# The same commands as ./run, for those who type make. CMD and ARGS pass words on:
#   make manage CMD="check_ledger"     make test ARGS="tests/ledger -x"
.PHONY: run test manage lint format lock bench help

run:
	./run

test:
	./run test $(ARGS)

manage:
	./run manage $(CMD)

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# Pins every dependency with its hashes; needs uv. The second file is the first and what tests and checks need.
lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-emit-index-url --no-emit-find-links -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

# All that print figures; bench/money_machine.py and bench/planted_bugs.py take hours and are called by name.
bench:
	@for script in $(filter-out bench/money_machine.py bench/planted_bugs.py,$(wildcard bench/*.py)); do echo "== $$script"; .venv/bin/python "$$script" || exit 1; done

help:
	@./run help
