"""The forms of the ARNs that settings accept."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ArnForm:
    """The ARN of one kind of resource."""

    name: str
    service: str
    resource: str
    accepted: str
    example: str
    region: str = "[a-z0-9-]+"
    account: str = r"\d{12}"

    def matches(self, value: str) -> bool:
        """Whether ``value`` is such an ARN."""
        return bool(
            re.fullmatch(
                rf"arn:aws[a-z-]*:{self.service}:{self.region}:{self.account}:{self.resource}",
                value,
            )
        )


def _kinesis_stream(example: str) -> ArnForm:
    return ArnForm(
        name="a Kinesis data stream",
        service="kinesis",
        resource=r"stream/[A-Za-z0-9_.-]+",
        accepted="arn:aws:kinesis:<region>:<account>:stream/<stream name>",
        example=f"arn:aws:kinesis:eu-central-1:111122223333:stream/{example}",
    )


CONNECT_INSTANCE: Final = ArnForm(
    name="an Amazon Connect instance",
    service="connect",
    resource=r"instance/[A-Za-z0-9-]+",
    accepted="arn:aws:connect:<region>:<account>:instance/<instance id>",
    example="arn:aws:connect:eu-central-1:111122223333:instance/12345678-1234-1234-1234-123456789012",
)
AGENT_EVENT_STREAM: Final = _kinesis_stream("agent-events")
CONTACT_RECORD_STREAM: Final = _kinesis_stream("contact-records")
ALARM_TOPIC: Final = ArnForm(
    name="an SNS topic",
    service="sns",
    resource=r"[A-Za-z0-9_-]+",
    accepted="arn:aws:sns:<region>:<account>:<topic name> (a standard topic)",
    example="arn:aws:sns:eu-central-1:111122223333:contact-centre-alarms",
)
# An alias is refused: permissions are given on the key itself, never on its alias.
KMS_KEY: Final = ArnForm(
    name="a KMS key",
    service="kms",
    resource=r"key/[A-Za-z0-9-]+",
    accepted="arn:aws:kms:<region>:<account>:key/<key id> (the key, not an alias)",
    example="arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012",
)
# CloudFront accepts certificates of this region only.
CERTIFICATE: Final = ArnForm(
    name="a certificate for CloudFront",
    service="acm",
    region="us-east-1",
    resource=r"certificate/[A-Za-z0-9-]+",
    accepted="arn:aws:acm:us-east-1:<account>:certificate/<certificate id> (CloudFront takes "
    "certificates of us-east-1 only)",
    example="arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
)
PERMISSIONS_BOUNDARY: Final = ArnForm(
    name="a managed policy",
    service="iam",
    region="",
    account=r"(?:\d{12}|aws)",
    resource=r"policy/[A-Za-z0-9+=,.@_/-]+",
    accepted="arn:aws:iam::<account>:policy/<policy name>",
    example="arn:aws:iam::111122223333:policy/contact-chains-boundary",
)
