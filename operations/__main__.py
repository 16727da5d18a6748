"""`python -m operations`: the commands of the operators."""

import sys
from pathlib import Path

# Folding and linking are those of the functions, whose asset is a folder and no installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))

from operations.command_line import main

if __name__ == "__main__":
    sys.exit(main())
