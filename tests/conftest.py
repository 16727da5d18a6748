"""Hypothesis profiles: ``dev`` on a desk, ``ci`` with more examples where the machine has time."""

import os

from hypothesis import HealthCheck, settings

# Neither an example nor the making of one has a deadline: the machine that runs the tests may be
# busy, and no test here measures time.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", TIMELESS, max_examples=50)
settings.register_profile("ci", TIMELESS, max_examples=200, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
