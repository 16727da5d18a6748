"""Settings of all tests: none of those of whoever runs them, and Hypothesis's profiles.

``dev`` is the profile of a desk, ``ci`` has more examples where the machine has time.
"""

import os

from hypothesis import HealthCheck, settings

# Before any test module is imported: whoever runs the tests may have a profile, an account, a
# region of their own, or a narrow or coloured terminal. No test may reach the one or see the other.
_OF_THE_USER = ("AWS_", "CDK_", "POWERTOOLS_")
_OF_THE_TERMINAL = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}
for _name in list(os.environ):
    if _name.startswith(_OF_THE_USER) or _name in _OF_THE_TERMINAL:
        del os.environ[_name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

# Neither an example nor the making of one has a deadline: the machine that runs the tests may be
# busy, and no test here measures time.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", TIMELESS, max_examples=50)
settings.register_profile("ci", TIMELESS, max_examples=200, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
