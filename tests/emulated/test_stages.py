"""A stage beside an installation in one emulated account: both stand, and share no name."""

from dataclasses import astuple
from pathlib import Path

from emulator.deployment import deploy, stacks_in_order
from emulator.machine import ministack
from emulator.machine.clients import clients_of
from emulator.synthesis import synthesized
from tests.emulated.deployed_stacks import SETTINGS

STAGE = {"stage": "green"}


def test_stage_is_deployed_beside_the_installation_without_one(tmp_path: Path) -> None:
    assemblies = [synthesized(SETTINGS), synthesized(SETTINGS | STAGE)]
    with ministack.running(log_file=tmp_path / "ministack.log") as endpoint:
        clients = clients_of(endpoint)
        deployed = [deploy(clients, assembly) for assembly in assemblies]
        stacks = clients.cloudformation.describe_stacks()["Stacks"]

    without_one, green = map(stacks_in_order, assemblies)
    assert len(without_one) == len(green) == 5
    assert all(name.startswith("ContactChains-green-") for name in green)
    assert {stack["StackName"] for stack in stacks} == {*without_one, *green}
    assert {stack["StackStatus"] for stack in stacks} == {"CREATE_COMPLETE"}
    names = [name for each in deployed for name in astuple(each)]
    assert None not in names
    assert len(set(names)) == len(names)
