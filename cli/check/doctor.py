"""`doctor`: before a deployment the settings for it, afterwards whether it works."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from cli.arguments import Json, Yes
from cli.messages import say
from cli.output import known, print_json, print_line
from cli.version import program_version
from operations.deployed import Deployed, Place, WholeDeployment
from operations.doctor import before_deployment, deployed_checks
from operations.doctor.canary import RIGHTS as CANARY_RIGHTS
from operations.doctor.canary import CanaryRun, Patience
from operations.doctor.findings import Check, Checked, CheckOutcome, findings
from operations.doctor.instance import Instance, instance_ids
from operations.doctor.stacks import Installation
from operations.errors import AskedWronglyError, NotDoneError

_RUNBOOK: Final = "docs/operations.md"
_WIDTH: Final = max(map(len, CheckOutcome))
_TROUBLE: Final = {CheckOutcome.FAILED, CheckOutcome.NOT_ASKED}

_PLACE: Final = Group("Deployment", help="Credentials are those of the AWS CLI.", sort_key=90)
_HERE: Final = Place()


def doctor(
    *,
    stage: Annotated[
        str | None, Parameter(help="The setting stage of the deployment (default: none).")
    ] = None,
    instance_id: Annotated[
        str | None,
        Parameter(
            help="The Amazon Connect instance (default: the one that the stacks name, or the only "
            "one of the account)."
        ),
    ] = None,
    canary: Annotated[
        bool,
        Parameter(
            help="Send a made-up call through the pipeline, time it, and erase it again.",
            show_default=False,
        ),
    ] = False,
    yes: Yes = False,
    json: Json = False,
    place: Annotated[Place, Parameter(name="*", group=_PLACE)] = _HERE,
) -> int:
    """Check an installation; before there is one, say which settings to deploy with."""
    deployed = Deployed(WholeDeployment(**asdict(place), stage=stage))
    installation = Installation(deployed, stage, program_version(), instance_id)
    if canary:
        return _canary(installation, yes=yes, as_json=json)
    if yes:
        raise AskedWronglyError("Only --canary changes anything: --yes goes with it.")
    if installation.exists:
        return _print(findings(deployed_checks.CHECKS, installation), settings=None, as_json=json)
    say(f"Nothing is deployed{f' as stage {stage}' if stage else ''} yet.")
    plan = before_deployment.Plan(installation, _instance(deployed, instance_id))
    if stage:
        plan.settings["stage"] = stage
    return _print(findings(before_deployment.CHECKS, plan), settings=plan.settings, as_json=json)


def _canary(installation: Installation, *, yes: bool, as_json: bool) -> int:
    if not installation.exists:
        raise NotDoneError("Nothing is deployed yet: a canary needs a pipeline.")
    if not yes:
        say(
            "Dry run. This would put a made-up call of a made-up instance on the stream, and a "
            "record that is not JSON: the alarm on the quarantine notifies its topic. Boards show "
            "the call for some seconds; consumers of published events receive nothing. Then all of "
            "it is erased; with an archive that takes up to 20 minutes. To do it, add --yes."
        )
        return 0
    run = CanaryRun(installation, patience=Patience())
    check: Check[CanaryRun] = Check("Canary", CanaryRun.findings, CANARY_RIGHTS)
    return _print(findings([check], run), settings=None, as_json=as_json)


def _instance(deployed: Deployed, instance_id: str | None) -> Instance:
    client = deployed.client("connect")
    if instance_id:
        return Instance(client, instance_id.rpartition("/")[2])
    ids = instance_ids(client)
    if not ids:
        raise NotDoneError("There is no Amazon Connect instance in this account and region.")
    if len(ids) > 1:
        known_ids = ", ".join(f"{each} ({alias})" for each, alias in ids.items())
        raise AskedWronglyError(f"Which instance? Give --instance-id: {known_ids}.")
    return Instance(client, next(iter(ids)))


def _print(checked: Iterable[Checked], *, settings: dict[str, str] | None, as_json: bool) -> int:
    """Print each finding at once, as services take seconds to answer. Returns the exit code."""
    done: list[Checked] = []
    for each in checked:
        done.append(each)
        if not as_json:
            print_line(_line(each))
            # A pipe gets each line at once, too.
            sys.stdout.flush()
    outcomes = Counter(each.finding.outcome for each in done)
    if as_json:
        print_json(_document(done, outcomes, settings))
    elif settings:
        print_line("")
        print_line(f"make deploy CONTEXT='{' '.join(f'-c {k}={v}' for k, v in settings.items())}'")
    summary = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in CheckOutcome)
    say(f"{summary}.")
    return 1 if any(outcomes[outcome] for outcome in _TROUBLE) else 0


def _line(checked: Checked) -> str:
    check, finding = checked
    cure = f" See {_RUNBOOK}#{finding.heading}" if finding.heading else ""
    return f"{finding.outcome:<{_WIDTH}}  {check}: {finding.says}{cure}"


def _document(
    done: Sequence[Checked], outcomes: Counter[CheckOutcome], settings: dict[str, str] | None
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
            "Outcomes": {outcome: outcomes[outcome] for outcome in CheckOutcome},
            "Settings": settings,
        }
    )
