# Only wraps commands that also run without make (README, « Sans make »). On a fresh clone each target installs what it needs.
.PHONY: install serve test lint bench faults oracles

install: # the environment, in .venv
	@sh scripts/install.sh run

serve: install # Cordée for an evening; PORT, PHONE_PORT, ADDRESS, CORDEE_DB are honoured
	@exec .venv/bin/cordee serve

test: # everything, browser included
	@sh scripts/test.sh

lint:
	@sh scripts/install.sh dev && sh scripts/lint.sh

bench: # prints the table of measurements
	@sh scripts/install.sh dev && exec .venv/bin/cordee bench

oracles: # counts the same ballots with reference programs, in an environment of its own
	@sh scripts/oracles.sh

faults: # every fault at random moments, counted; ROUNDS=200
	@sh scripts/faults.sh
