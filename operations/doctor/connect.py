"""Whether the instance publishes on the streams that the functions read."""

from collections.abc import Iterator

from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.instance import AGENT_EVENTS, CONTACT_RECORDS, Instance
from operations.doctor.stacks import Installation
from operations.doctor.streams import Stream, can_publish, described_stream


def instance_publishes_here(installation: Installation) -> Iterator[Finding]:
    """The instance's associations name the streams in the stacks' outputs."""
    instance = _instance(installation)
    if instance is None:
        yield warning(
            "The stacks name no instance: give --instance-id, to check what it publishes.",
            Heading.ASSOCIATION,
        )
        return
    if instance.status != "ACTIVE":
        yield failed(f"The instance {instance.alias} is {instance.status}.", Heading.ASSOCIATION)
    stream = installation.output("AgentEventStreamName")
    yield _published_on(instance, AGENT_EVENTS, "agent events", stream)
    separate = installation.output("ContactRecordStreamName")
    published_on = instance.published_on(CONTACT_RECORDS)
    if separate:
        yield _published_on(instance, CONTACT_RECORDS, "contact records", separate)
    elif published_on and _name(published_on) == stream:
        yield ok(f"{instance.alias} publishes contact records on the stream of agent events.")
    else:
        yield ok(f"{instance.alias} publishes no contact records here, and none are expected.")


def connect_may_use_the_key(installation: Installation) -> Iterator[Finding]:
    """The streams' key is enabled and granted to Connect's service role."""
    kms = installation.deployed.client("kms")
    instance = _instance(installation)
    roles = instance.service_roles if instance else []
    for stream in streams(installation):
        yield from can_publish(kms, stream, roles)


def streams(installation: Installation) -> list[Stream]:
    """The existing ones of the streams that the functions read."""
    names = (
        installation.output("AgentEventStreamName"),
        installation.output("ContactRecordStreamName"),
    )
    found = (described_stream(installation.deployed.kinesis, name) for name in names if name)
    return [stream for stream in found if stream]


def _published_on(instance: Instance, resource_type: str, what: str, stream: str | None) -> Finding:
    arn = instance.published_on(resource_type)
    if arn is None:
        return failed(f"{instance.alias} publishes no {what}.", Heading.ASSOCIATION)
    if _name(arn) != stream:
        says = f"{instance.alias} publishes its {what} on {arn}, but the functions read {stream}."
        return failed(says, Heading.ASSOCIATION)
    return ok(f"{instance.alias} publishes its {what} on {stream}.")


def _instance(installation: Installation) -> Instance | None:
    instance_id = installation.connect_instance_id
    if instance_id is None:
        return None
    return Instance(installation.deployed.client("connect"), instance_id)


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
