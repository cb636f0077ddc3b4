# Two commands matter: `make demo` sets everything up and runs the main job, `make test` sets up and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

DEMO_PACKAGES := nmap nginx-light fonts-liberation2
TEST_PACKAGES := $(DEMO_PACKAGES) iproute2 git procps openssl apache2-bin gnutls-bin nodejs poppler-utils qpdf postgresql postgresql-client knot unbound systemd softhsm2 libnss3-tools chromium
BENCH_PACKAGES := sslscan gcc libc6-dev libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 texlive-latex-recommended texlive-luatex texlive-lang-other tex-gyre

.PHONY: demo serve-demo test lint bench oracle clean

demo: $(VENV)/.demo
	@scripts/system-packages $(DEMO_PACKAGES)
	$(BIN)/khien demo --out out

serve-demo: $(VENV)/.demo
	@scripts/system-packages $(DEMO_PACKAGES)
	$(BIN)/khien serve --demo out-console

test: lint
	@scripts/system-packages $(TEST_PACKAGES)
	$(BIN)/pytest -n 4

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.bench
	@scripts/system-packages $(TEST_PACKAGES) $(BENCH_PACKAGES)
	$(BIN)/python -m benchmarks.demo_scan
	$(BIN)/python -m benchmarks.tls
	$(BIN)/python -m benchmarks.reports

# Other tools beside ours, on servers started here; npm's packages go to a folder that is thrown away.
oracle: $(VENV)/.test
	@scripts/system-packages $(TEST_PACKAGES) testssl.sh
	@command -v npm >/dev/null || scripts/system-packages npm
	$(BIN)/python -m tests.oracles.record
	$(BIN)/python -m tests.oracles.document
	$(BIN)/pytest tests/oracles

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cần Python 3.11 trở lên / Python 3.11 or later is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Hãy cài gói python3-venv / please install python3-venv, then try again." >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.demo: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.bench: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test,bench]'
	@touch $@ $(VENV)/.test $(VENV)/.demo

$(VENV)/.test: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) out out-console build dist *.egg-info
