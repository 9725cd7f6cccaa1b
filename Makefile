# make demo   install the locked dependencies into .venv and run the whole road on the bundled wire
# make test   install what tests need and run them
SHELL  := /bin/bash
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test lint check lock lock-check peers peers-lock test-duckdb-next dbt bench bench-growth faults soak fuzz audit clean

demo: $(VENV)/.runtime
	$(BIN)/newsloom demo

# Three at once on two cores: a third of the time a test waits for servers.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsloom needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Every version is pinned with its hashes; the project itself is built without asking an index.
$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes --no-deps -r requirements/runtime.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	$(PIP) install --quiet --require-hashes --no-deps -r requirements/dev.lock
	touch $@

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy extractors warehouse flows
	$(BIN)/lint-imports

# The warehouse on the next major version of DuckDB, beside the locked one.
test-duckdb-next: $(VENV)/.dev
	$(PIP) install --quiet --require-hashes --no-deps --upgrade --target .bench/duckdb-next -r requirements/duckdb-next.lock
	PYTHONPATH=.bench/duckdb-next $(BIN)/python -m pytest -n 2 --dist loadfile -p no:cacheprovider tests/warehouse \
		-k 'not two_hundred_publishes and not order_or_batches and not first_or_last'

# The dbt project of docs/examples over a small published copy. dbt wants 50 packages that newsloom does not: they stay apart.
dbt: $(VENV)/.dev
	test -x .bench/dbt/bin/dbt || { $(PYTHON) -m venv .bench/dbt && .bench/dbt/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r requirements/dbt.lock; }
	$(BIN)/python -m tests.bench.dbt .bench/dbt/bin/dbt

check: lint test test-duckdb-next lock-check

# The lock files name no index: they are the same for whichever one a machine uses.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml

lock: $(VENV)/.dev
	$(COMPILE) --group build -o requirements/runtime.lock
	$(COMPILE) --group build --group dev -c requirements/runtime.lock -o requirements/dev.lock
	$(COMPILE) --extra lake -c requirements/runtime.lock -o requirements/lake.lock

# What benchmarks measure newsloom beside, pinned too, in an environment of its own: some of them cap libraries that we use.
peers: .bench/peers/.ready

.bench/peers/.ready: requirements/peers.lock | $(BIN)/python
	$(PYTHON) -m venv .bench/peers
	.bench/peers/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r requirements/peers.lock
	touch $@

peers-lock: $(VENV)/.dev
	$(subst pyproject.toml,requirements/peers.in,$(COMPILE)) -o requirements/peers.lock
	$(subst pyproject.toml,requirements/copies-peers.in,$(COMPILE)) -o requirements/copies-peers.lock

# Compiles again, starting from the pins there are: any difference means that pyproject.toml has moved on.
lock-check: $(VENV)/.dev
	@work=$$(mktemp -d) && cp requirements/*.lock $$work/ && \
	$(COMPILE) --group build -o $$work/runtime.lock && $(COMPILE) --group build --group dev -c $$work/runtime.lock -o $$work/dev.lock && \
	$(COMPILE) --extra lake -c $$work/runtime.lock -o $$work/lake.lock && \
	for lock in runtime dev lake; do diff <(grep -v '^ *#' requirements/$$lock.lock) <(grep -v '^ *#' $$work/$$lock.lock) >/dev/null || \
	{ echo "requirements/$$lock.lock is stale: run make lock"; exit 1; }; done; rm -rf $$work; echo "locks are fresh"

# Long, and best on an idle machine. What each measures, and what was seen, is in BENCHMARKS.md.
bench: $(VENV)/.dev .bench/peers/.ready
	$(BIN)/python tests/bench/road.py
	$(BIN)/python -m tests.bench.road_peers --peers .bench/peers/bin/python
	$(BIN)/python tests/bench/bench_feeds.py
	$(BIN)/python -m tests.bench.poll_bench --feeds 1000 --cycles 3
	$(BIN)/python -m tests.bench.simulate_polling
	$(BIN)/python -m tests.bench.extraction --peers .bench/peers/bin/python
	$(BIN)/python -m tests.bench.entities 60
	$(BIN)/python -m tests.bench.copies --sizes 10000 100000 1000000 --peers .bench/peers
	$(BIN)/python -m tests.bench.growth --sizes 10000 100000
	$(BIN)/python -m tests.bench.warehouse 10000 100000 1000000
	$(BIN)/python -m tests.bench.scaling

# Every part of a fleet killed in the middle of a run (20 minutes, most of them waiting); docs/faults/scale.md has what was seen.
.PHONY: kill-table
kill-table: $(VENV)/.dev
	$(BIN)/python -m tests.bench.kill_table

# Every fault of docs/faults/road.md again: half an hour. A small disk is mounted where this user may; SEED=7 breaks elsewhere.
SEED ?= 1
faults: $(VENV)/.dev
	$(BIN)/python -m tests.bench.faults --seed $(SEED)

# A lake through its proofs: random histories whose read copy is compared after each step, and every test that can run on either warehouse.
STEPS ?= 12
.PHONY: lake-histories test-lakes
lake-histories: $(VENV)/.dev
	$(BIN)/python -m tests.lake_histories --first $(SEED) --seeds 25 --steps $(STEPS)

test-lakes: $(VENV)/.dev
	NEWSLOOM_LAKES=all $(BIN)/python -m pytest -n 2 --dist loadfile tests/warehouse tests/gates/test_copies.py tests/flows/test_road.py tests/flows/test_lake_*.py

# Who copies whom in a whole wire, beside text-dedup and rensa, which bring Spark and seventy packages more: in an environment of their own.
SIZE ?= 5000
.PHONY: copies-whole
copies-whole: $(VENV)/.dev .bench/copies/.ready
	$(BIN)/python -m tests.bench.copies_whole --size $(SIZE) --peers .bench/copies

.bench/copies/.ready: requirements/copies-peers.lock | $(BIN)/python
	$(PYTHON) -m venv .bench/copies
	.bench/copies/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r requirements/copies-peers.lock
	touch $@

# Two machines of one newsroom as network namespaces, and the image as the Dockerfile says without Docker: both as root, on Linux.
.PHONY: two-machines image
two-machines: $(VENV)/.dev
	$(BIN)/python -m tests.bench.two_machines

image: $(VENV)/.dev
	$(BIN)/python -m tests.bench.image --lake

# A week of 200 outlets in ten minutes of an idle core.
soak: $(VENV)/.dev
	$(BIN)/python -m tests.bench.soak --minutes 70 --seed $(SEED)

# Whatever crashes is written to tests/fuzz/corpus, where every test run meets it again.
MINUTES ?= 5
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.run --minutes $(MINUTES)

# Known holes in what we depend on; needs the network, and says so where there is none.
audit: $(VENV)/.dev
	$(BIN)/python -m tests.audit

clean:
	rm -rf $(VENV) .bench demo-data

# A whole batch against a million stored articles; writing those takes half an hour of CPU and 10 GB, once.
bench-growth: $(VENV)/.dev
	$(BIN)/python -m tests.bench.growth --sizes 10000 100000 1000000
