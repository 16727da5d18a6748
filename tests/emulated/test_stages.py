"""Two stages side by side in one emulated account: the second leaves the first as it was."""

from dataclasses import astuple
from pathlib import Path

from emulator.deployment import deploy
from emulator.machine import ministack
from emulator.machine.clients import clients_of
from emulator.synthesis import local_context, synthesize

SETTINGS = {
    "readSide": "api",
    "allowedOrigins": "https://wall.example.com",
    "recordEvents": "on",
}


def test_two_stages_are_deployed_side_by_side(tmp_path: Path) -> None:
    deployed = []
    with ministack.running(log_file=tmp_path / "ministack.log") as endpoint:
        clients = clients_of(endpoint)
        for stage in ("blue", "green"):
            assembly = synthesize(
                output=tmp_path / stage,
                context=local_context() | SETTINGS | {"stage": stage},
                log_file=tmp_path / f"{stage}.log",
            )
            deployed.append(deploy(clients, assembly))
        stacks = clients.cloudformation.describe_stacks()["Stacks"]

    assert sorted(stack["StackName"] for stack in stacks) == [
        f"ContactChains-{stage}-{part}"
        for stage in ("blue", "green")
        for part in ("Events", "Pipeline", "Read", "Stateful")
    ]
    assert {stack["StackStatus"] for stack in stacks} == {"CREATE_COMPLETE"}
    names = [name for each in deployed for name in astuple(each)]
    assert None not in names
    assert len(set(names)) == len(names)
