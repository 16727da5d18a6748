"""Changes the functions' code in one place at a time, and sees whether a test notices.

    make mutants [MUTANTS=300 SEED=7 ARGS='--again [TESTS]']

Places are drawn by seed from ``lambdas/contacts``, ``agent_events`` and ``contact_chains``; what
else changes in the code changes nothing in the draw. First the tests of ``make quick`` run once and
tell which of them pass which line. Then each mutant meets those of its line, fastest first, until
one fails. No file is changed: the mutant exists only in a process of its own.

Survivors are listed. Either a test is missing, or the change makes no difference to anybody: those
are known in ``without_effect.toml``, each with its reason, and count neither way.

mutmut takes modules by their path (``lambdas.contacts``), which is not how they are imported here.
"""

import argparse
import os
import shutil
import sys
import time
from functools import partial
from pathlib import Path
from typing import Final

from tests.mutants.changes import sample, without_effect
from tests.mutants.notes import read_notes, take_notes
from tests.mutants.sessions import in_fork
from tests.mutants.trial import Trial

BUILD: Final = Path(__file__).resolve().parents[2] / "build" / "mutants"


def main() -> int:
    parser = argparse.ArgumentParser(description="Do tests notice changes of the code?")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--again",
        nargs="*",
        metavar="TESTS",
        help="go on with what nothing has noticed yet; name the tests that have changed since",
    )
    options = parser.parse_args()

    began = time.monotonic()
    os.environ |= {"TESTS": "quick", "PYTEST_DEBUG_TEMPROOT": str(BUILD)}
    notes_file = BUILD / "notes.json"
    if options.again is None:
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir(parents=True)
    if options.again != []:
        tests = options.again or ["tests"]
        in_fork(partial(take_notes, notes_file, tests), is_silent=False)
    notes = read_notes(notes_file)
    print(f"{len(notes.seconds)} tests; fail without any mutant: {notes.failed}")
    drawn = sample(seed=options.seed, size=options.mutants)
    mutants = [each for each in drawn if each.key not in without_effect()]
    trial = Trial(notes, BUILD / f"seed-{options.seed}.jsonl")
    print(f"{len(mutants)} mutants: . is noticed, S survives, ? is tried again below")
    trial.try_out([each for each in mutants if each.key not in trial.noticed()])
    noticed = trial.noticed()
    survivors = [each for each in mutants if each.key not in noticed]
    print(
        f"\n{len(mutants) - len(survivors)} of {len(mutants)} mutants were noticed"
        f" ({1 - len(survivors) / len(mutants):.1%}) in {time.monotonic() - began:.0f} s;"
        f" {len(drawn) - len(mutants)} more are known to have no effect."
    )
    for survivor in sorted(survivors, key=lambda each: (each.path, each.line)):
        print(survivor)
    return 0


if __name__ == "__main__":
    sys.exit(main())
