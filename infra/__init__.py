"""CDK: what is deployed. The settings, the stacks, and the asset that the functions run.

Columns of history and ids of the canary are the functions' own words. Whoever has only installed
requirements.txt, as CDK's guide says, finds them by this path.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lambdas"))
