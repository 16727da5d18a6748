"""The list of mutants that nobody could notice is held to the code."""

from tests.mutants.changes import LAMBDAS, mutants_of, without_effect


def test_every_mutant_without_effect_is_one_that_can_be_drawn() -> None:
    known = without_effect()
    files = {LAMBDAS / place.partition(" ")[0] for place, _ in known}

    assert known.keys() <= {mutant.key for file in files for mutant in mutants_of(file)}
    assert all(known.values())
