# Aliases for people who like make; run.py does the work and needs no make.
PYTHON ?= python3

.PHONY: demo test check lock

demo:
	$(PYTHON) run.py demo

test:
	$(PYTHON) run.py test

check:
	$(PYTHON) run.py check

# Writes the hashed locks from requirements*.in; no registry address goes into them.
LOCK = .venv/bin/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock:
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
