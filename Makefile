# make test   everything, setting up what it needs: Python for the notebook, chromium for the page, servers to pull from
# make lint   formatting, clippy, fences, licences and sources, docs
# make demo   the main job
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: demo test test-rust test-python test-page lint deny advisories setup

VENV := .venv
DEMO := out/demo
# The program as the tests built it: building the root package alone would choose other features of
# shared dependencies and compile the heavy ones again.
PATHWAYS := $(or $(CARGO_TARGET_DIR),target)/release/pathways
CARGO_DENY := cargo-deny

demo:
	cargo run --release --locked -- run --config configs/demo.toml

test: test-rust test-python test-page
	@echo "all tests ran: rust, notebook, page"

# The tests run in the release profile: what is tested is what is shipped, compiled once.
test-rust: $(VENV)/ready
	tests/servers.sh
	@if cargo nextest --version >/dev/null 2>&1; then \
	  cargo nextest run --release --locked --workspace --no-fail-fast; \
	  echo "left out, to be run by hand (they measure, or need a folder):"; \
	  cargo nextest list --release --locked --workspace --run-ignored only 2>/dev/null; \
	else \
	  cargo test --release --locked --workspace --no-fail-fast --lib --bins --tests; \
	fi
	cargo test --release --locked --workspace --doc --quiet

# Exit code 3: done, and the bad rows that the simulator plants were set aside.
$(DEMO)/dashboard.html: test-rust
	$(PATHWAYS) run --config configs/demo.toml || [ $$? = 3 ]

$(VENV)/ready: tests/requirements.txt
	python3 -m venv $(VENV) || { echo "python3-venv is needed: install Debian's python3-venv"; exit 1; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@

test-python: $(VENV)/ready $(DEMO)/dashboard.html
	$(VENV)/bin/python -m pytest -q --nbmake notebooks
	$(VENV)/bin/python -m pytest -q tests/python/test_release.py tests/python/test_statement.py

test-page: $(VENV)/ready $(DEMO)/dashboard.html
	tests/chromium.sh
	$(VENV)/bin/python -m pytest -q tests/python/test_page.py

lint:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	tests/fences.sh
	tests/clean.sh
	@$(MAKE) --no-print-directory deny

deny:
	@command -v $(CARGO_DENY) >/dev/null || cargo install --locked --quiet cargo-deny
	cargo deny --log-level error check bans licenses sources

advisories:
	cargo deny check advisories
