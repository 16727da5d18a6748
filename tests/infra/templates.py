"""Writes the templates of every variant into a folder, for cfn-lint, which reads files.

python -m tests.infra.templates build/templates
"""

import json
import shutil
import sys
from pathlib import Path

from tests.infra.synthesized import synthesize
from tests.infra.variants import VARIANTS


def write_templates(folder: Path) -> None:
    """One folder for each variant; what was there before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    for variant, context in VARIANTS.items():
        target = folder / variant
        target.mkdir(parents=True)
        for stack, template in synthesize(**context).templates.items():
            target.joinpath(f"{stack}.template.json").write_text(json.dumps(template, indent=1))


if __name__ == "__main__":
    write_templates(Path(sys.argv[1]))
