"""What an event costs, what a centre of any size needs, and long runs."""

import sys
from pathlib import Path

# The functions' asset is a folder and no installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))
