"""`python -m contacts_cli`: ask about contacts."""

import sys
from pathlib import Path

# The answers are those of the function, whose asset is a folder and no installed package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambdas"))

from contacts_cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
