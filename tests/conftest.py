"""Hypothesis profiles: ``dev`` on a desk, ``ci`` with more examples where the machine has time."""

import os

from hypothesis import settings

# No deadline: the machine that runs the tests may be busy, and no test here measures time.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=200, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
