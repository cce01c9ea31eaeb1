"""For every test: how many examples Hypothesis draws.

`make test` draws at most 25 of each, so that it ends in minutes; `CORDEE_EXAMPLES=full` draws as many as each test
asks for (100 where it does not say).
"""

from hypothesis import settings

from tests.examples import FULL, SUITE

settings.register_profile("suite", max_examples=SUITE, deadline=None)
settings.register_profile("full", deadline=None)
settings.load_profile("full" if FULL else "suite")
