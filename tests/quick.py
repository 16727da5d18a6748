"""Whether this is ``make quick``, where tests that go through many cases go through fewer."""

import os
from typing import Final

IS_QUICK: Final = os.environ.get("TESTS") == "quick"
