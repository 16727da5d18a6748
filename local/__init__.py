"""A contact centre and the pipeline on one machine: for the demo, the board and the tests."""

import sys
from pathlib import Path

# What an item leaves out is told by the functions' own code, whose asset is a folder and no
# installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))
