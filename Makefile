# `make up` runs a node here, `make test` and `make check` say whether it is sound. Everything else is in `make help`.
# Only relative paths: the folder may have a space in its name, and two copies must not know each other.

PYTHON ?=
RUN = .venv/bin/python -m

.PHONY: help up test check audit bench lock

help:
	@echo 'make up      install what is missing, start a node here, print its address (Ctrl-C stops it)'
	@echo 'make test    every test; with a Chromium on the machine the journeys too'
	@echo 'make check   format, lint, types, layers, templates, migrations: seconds'
	@echo 'make audit   everything at full size: hours, resumable'
	@echo 'make bench   measures, one line of JSON each; make bench N=1000000 for a million reports'
	@echo 'make lock    write the lock files anew from requirements.in and requirements-dev.in'

up:
	@tools/environment requirements.txt $(PYTHON)
	@exec $(RUN) commonweave up

test:
	@tools/environment requirements-dev.txt $(PYTHON)
	@$(RUN) tools.test

check:
	@tools/environment requirements-dev.txt $(PYTHON)
	@$(RUN) tools.check

audit:
	@tools/environment requirements-dev.txt $(PYTHON)
	@$(RUN) tools.audit

bench:
	@tools/environment requirements-dev.txt $(PYTHON)
	@$(RUN) bench $(if $(N),--reports $(N))

# Needs `uv` on the PATH. The files name no host and no path, and hold the hash of every file for every platform.
LOCK = uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links
lock:
	@$(LOCK) requirements.in --output-file requirements.txt
	@$(LOCK) requirements-dev.in --output-file requirements-dev.txt
