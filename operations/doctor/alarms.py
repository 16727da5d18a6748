"""The alarms: none in state ALARM, actions enabled, and a subscriber to notify."""

from collections.abc import Iterator
from itertools import batched
from typing import Any, Final

from operations.doctor.findings import Finding, Heading, failed, ok, warning
from operations.doctor.stacks import Installation
from operations.messages import counted

_AT_A_TIME: Final = 100
"""The most names that DescribeAlarms takes."""

_RUNBOOK: Final = "docs/operations.md#"
_PENDING: Final = "PendingConfirmation"


def alarms_are_silent(installation: Installation) -> Iterator[Finding]:
    """One finding for each in state ALARM, with the heading that its description names."""
    alarms = _alarms(installation)
    ringing = [each for each in alarms if each["StateValue"] == "ALARM"]
    for alarm in ringing:
        heading = alarm.get("AlarmDescription", "").partition(_RUNBOOK)[2]
        yield failed(
            f"The alarm {alarm['AlarmName']} is in state ALARM.", heading or Heading.ALARMS
        )
    if not ringing:
        yield ok(f"None of {counted(len(alarms), 'alarm')} is in state ALARM.")
    off = [each["AlarmName"] for each in alarms if not each.get("ActionsEnabled", True)]
    if off:
        yield warning(f"Alarms whose actions are disabled: {', '.join(off)}.", Heading.ALARMS)


def alarms_have_subscribers(installation: Installation) -> Iterator[Finding]:
    """Each topic has a subscriber who has confirmed."""
    sns = installation.deployed.client("sns")
    topics = {
        action
        for alarm in _alarms(installation)
        for action in alarm.get("AlarmActions", ())
        if ":sns:" in action
    }
    if not topics:
        yield warning(
            "Alarms notify nobody: deploy with -c alarmTopicArn=<topic ARN>.", Heading.ALARMS
        )
    for topic in sorted(topics):
        yield _subscribers(sns, topic)


def _subscribers(sns: Any, topic: str) -> Finding:
    try:
        confirmed = [
            each
            for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
            for each in page["Subscriptions"]
            if each["SubscriptionArn"] != _PENDING
        ]
    except sns.exceptions.NotFoundException:
        return failed(f"The topic {topic} does not exist.", Heading.ALARMS)
    if not confirmed:
        return failed(f"The topic {topic} has no confirmed subscriber.", Heading.ALARMS)
    return ok(f"The topic {topic} notifies {counted(len(confirmed), 'confirmed subscriber')}.")


def _alarms(installation: Installation) -> list[Any]:
    """The stacks' metric alarms and composite alarms."""
    names = [
        each.physical_id
        for each in installation.resources(
            "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
        )
    ]
    client = installation.deployed.client("cloudwatch")
    found: list[Any] = []
    for some in batched(names, _AT_A_TIME, strict=False):
        answer = client.describe_alarms(
            AlarmNames=list(some),
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            MaxRecords=_AT_A_TIME,
        )
        found += [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    return found
