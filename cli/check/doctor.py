"""`doctor`: what to deploy with, before; whether it works, afterwards."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from cli.arguments import Json
from cli.messages import say
from cli.output import known, print_json, print_line
from cli.program import AskedWronglyError, NotDoneError
from cli.version import program_version
from operations.deployed import Deployed, Place, WholeDeployment
from operations.doctor import before, deployed_checks
from operations.doctor.findings import Checked, Outcome, findings
from operations.doctor.instance import Instance, instance_ids
from operations.doctor.stacks import Installation

_RUNBOOK: Final = "docs/operations.md"
_WIDTH: Final = max(map(len, Outcome))
_TROUBLE: Final = {Outcome.FAILED, Outcome.NOT_ASKED}

_PLACE: Final = Group("Deployment", help="Credentials are those of the AWS CLI.", sort_key=90)
_HERE: Final = Place()


def doctor(
    *,
    stage: Annotated[
        str | None, Parameter(help="The deployment's setting stage (default: without one).")
    ] = None,
    instance_id: Annotated[
        str | None,
        Parameter(help="The Amazon Connect instance (default: of the stacks, or the only one)."),
    ] = None,
    json: Json = False,
    place: Annotated[Place, Parameter(name="*", group=_PLACE)] = _HERE,
) -> int:
    """Check an installation; before there is one, say what to deploy with."""
    deployed = Deployed(WholeDeployment.of_stage(place, stage))
    installation = Installation(deployed, stage, program_version(), instance_id)
    if installation.exists:
        return _print(findings(deployed_checks.CHECKS, installation), settings=None, as_json=json)
    say(f"Nothing is deployed{f' as stage {stage}' if stage else ''} yet.")
    plan = before.Plan(installation, _instance(deployed, instance_id))
    if stage:
        plan.settings["stage"] = stage
    return _print(findings(before.CHECKS, plan), settings=plan.settings, as_json=json)


def _instance(deployed: Deployed, instance_id: str | None) -> Instance:
    client = deployed.client("connect")
    if instance_id:
        return Instance(client, instance_id.rpartition("/")[2])
    ids = instance_ids(client)
    if not ids:
        raise NotDoneError("There is no Amazon Connect instance in this account and region.")
    if len(ids) > 1:
        told = ", ".join(f"{each} ({alias})" for each, alias in ids.items())
        raise AskedWronglyError(f"Which instance? Give --instance-id: {told}.")
    return Instance(client, next(iter(ids)))


def _print(checked: Iterable[Checked], *, settings: dict[str, str] | None, as_json: bool) -> int:
    """As each comes: some services take a second to answer. Returns the exit code."""
    done: list[Checked] = []
    for each in checked:
        done.append(each)
        if not as_json:
            print_line(_line(each))
    outcomes = Counter(each.finding.outcome for each in done)
    if as_json:
        print_json(_document(done, outcomes, settings))
    elif settings:
        print_line("")
        print_line(f"make deploy CONTEXT='{' '.join(f'-c {k}={v}' for k, v in settings.items())}'")
    told = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in Outcome)
    say(f"{told}.")
    return 1 if any(outcomes[outcome] for outcome in _TROUBLE) else 0


def _line(checked: Checked) -> str:
    check, finding = checked
    cure = f" See {_RUNBOOK}#{finding.heading}" if finding.heading else ""
    return f"{finding.outcome:<{_WIDTH}}  {check}: {finding.says}{cure}"


def _document(
    done: Sequence[Checked], outcomes: Counter[Outcome], settings: dict[str, str] | None
) -> dict[str, Any]:
    return known(
        {
            "Checks": [
                known(
                    {
                        "Check": check,
                        "Outcome": finding.outcome,
                        "Says": finding.says,
                        "Heading": f"{_RUNBOOK}#{finding.heading}" if finding.heading else None,
                        "MissingRight": finding.missing_right,
                    }
                )
                for check, finding in done
            ],
            "Outcomes": {outcome: outcomes[outcome] for outcome in Outcome},
            "Settings": settings,
        }
    )
