"""Deploys a synthesized CDK app into the local endpoint: assets to S3, templates to CloudFormation.

Does by boto3 what `cdk deploy` does, because the CLI would ask for a bootstrapped account first.
"""

import io
import json
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from emulator.errors import EmulatorError
from emulator.machine.clients import ACCOUNT, REGION, Clients

ASSETS_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"  # the default synthesizer's name
BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = "30"
STACK_SECONDS = 300

# How the stack ends, at every stage, that an emulator refuses for a type that it does not know
# (AWS::Connect::…).
NEVER_LOCAL = "Connect"

# The CDK CLI's own date for everything in a zip: the same files make the same zip.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class EmulatedDeployment:
    """The names of what was deployed, by the outputs of the stacks."""

    agent_event_stream: str
    contact_records_table: str
    quarantine_bucket: str
    agent_events_function: str
    contact_chains_function: str
    query_api_url: str | None = None
    """None without the read side."""


def deploy(
    clients: Clients, assembly: Path, *, in_place_of: Mapping[str, str] | None = None
) -> EmulatedDeployment:
    """Create every stack of the cloud assembly but those that only AWS knows.

    ``in_place_of``: what stands in the templates for a value of this run, and that value.
    """
    _bootstrap(clients)
    outputs: dict[str, str] = {}
    for stack in stacks_in_order(assembly):
        uploaded = _upload_assets(clients, assembly, stack, in_place_of or {})
        outputs |= _create_stack(clients, stack, uploaded[f"{stack}.template.json"])
    try:
        return EmulatedDeployment(
            agent_event_stream=outputs["AgentEventStreamName"],
            contact_records_table=outputs["ContactRecordsTableName"],
            quarantine_bucket=outputs["QuarantineBucketName"],
            agent_events_function=outputs["AgentEventsFunctionName"],
            contact_chains_function=outputs["ContactChainsFunctionName"],
            query_api_url=outputs.get("QueryApiUrl"),
        )
    except KeyError as error:
        raise EmulatorError(f"No stack has the output {error}.") from None


def _bootstrap(clients: Clients) -> None:
    """Create what `cdk bootstrap` creates, as far as the templates need it."""
    clients.s3.create_bucket(Bucket=ASSETS_BUCKET)
    clients.ssm.put_parameter(
        Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )


def stacks_in_order(assembly: Path) -> list[str]:
    """The stacks to deploy, each after those that it depends on."""
    artifacts = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"]
    stacks = {
        name: artifact.get("dependencies", [])
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack" and not name.endswith(NEVER_LOCAL)
    }
    ordered = TopologicalSorter(stacks).static_order()
    return [name for name in ordered if name in stacks]


def _upload_assets(
    clients: Clients, assembly: Path, stack: str, in_place_of: Mapping[str, str]
) -> dict[str, str]:
    """The keys of the uploaded objects by the name of the file or folder, the template included."""
    files = json.loads((assembly / f"{stack}.assets.json").read_text("utf-8"))["files"]
    uploaded = {}
    for asset in files.values():
        source = assembly / asset["source"]["path"]
        zipped = asset["source"]["packaging"] == "zip"
        body = zip_of(source) if zipped else source.read_bytes()
        if source.name == f"{stack}.template.json":
            for value, value_of_this_run in in_place_of.items():
                body = body.replace(value.encode(), json.dumps(value_of_this_run)[1:-1].encode())
        for destination in asset["destinations"].values():
            clients.s3.put_object(Bucket=ASSETS_BUCKET, Key=destination["objectKey"], Body=body)
            uploaded[source.name] = destination["objectKey"]
    return uploaded


def zip_of(folder: Path) -> bytes:
    """The zip of a folder as the CDK CLI makes it: sorted, without dates, with file modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = path.stat().st_mode << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _create_stack(clients: Clients, stack: str, template_key: str) -> dict[str, str]:
    """Create a stack from the template in the assets bucket: a large one can't be sent along."""
    endpoint = clients.s3.meta.endpoint_url
    try:
        clients.cloudformation.create_stack(
            StackName=stack,
            TemplateURL=f"{endpoint}/{ASSETS_BUCKET}/{template_key}",
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as error:
        raise EmulatorError(f"{stack}: {error}") from error
    deadline = time.monotonic() + STACK_SECONDS
    while time.monotonic() < deadline:
        description = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = description["StackStatus"]
        if status == "CREATE_COMPLETE":
            return _outputs(description)
        if not status.endswith("_IN_PROGRESS"):
            raise EmulatorError("\n".join([f"{stack}: {status}", *_reasons(clients, stack)]))
        time.sleep(0.05)
    raise EmulatorError(f"{stack}: not created within {STACK_SECONDS} s.")


def _outputs(description: Mapping[str, Any]) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in description.get("Outputs", [])}


def _reasons(clients: Clients, stack: str) -> Iterator[str]:
    for event in clients.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:
        if event.get("ResourceStatus", "").endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            yield f"  {event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
