"""The demo and the board: a simulated centre through the deployed pipeline, on this machine."""

import sys
from pathlib import Path

# The functions' asset is a folder and no installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))
