"""AWS on this machine: emulator, streams that invoke functions, DynamoDB in memory, pages."""

import sys
from pathlib import Path

# The functions' asset is a folder and no installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))
