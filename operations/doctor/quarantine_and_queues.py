"""The quarantine and the queues, which should be empty."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation
from operations.messages import counted
from operations.quarantine.bucket import QuarantineBucket


def quarantine_is_empty(installation: Installation) -> Iterator[Finding]:
    """The objects that have not been replayed yet."""
    name = installation.output("QuarantineBucketName")
    if name is None:
        return
    with ThreadPoolExecutor(1) as executor:
        bucket = QuarantineBucket(installation.deployed.s3, name, executor)
        waiting = set(bucket.keys()) - set(bucket.replayed())
    if waiting:
        says = f"{counted(len(waiting), 'object')} in the quarantine were not replayed yet."
        yield warning(says, Heading.QUARANTINE)
    else:
        yield ok("Nothing in the quarantine waits to be replayed.")


def queues_are_empty(installation: Installation) -> Iterator[Finding]:
    """The queue of undelivered contact events, and that of events that could not be encrypted."""
    undelivered = installation.output("UndeliveredContactEventsQueueUrl")
    for queue in installation.resources("AWS::SQS::Queue"):
        url = queue.physical_id
        attributes = installation.deployed.sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        waiting = int(attributes["ApproximateNumberOfMessages"])
        name = url.rpartition("/")[2]
        if waiting:
            heading = Heading.UNDELIVERED if url == undelivered else Heading.UNPUBLISHED
            yield failed(f"{counted(waiting, 'message')} in the queue {name}.", heading)
        else:
            yield ok(f"The queue {name} is empty.")
