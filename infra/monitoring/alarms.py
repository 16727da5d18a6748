"""Makes every alarm: its name, a description that says what to do first, and whom it notifies.

An alarm stands in the stack of what it watches, so that a stack which is left out or removed takes
its alarms with it and no other stack refers to them but by name.
"""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.settings.names import StageNames
from infra.settings.settings import Settings

RUNBOOK: Final = "docs/operations.md"

UNDELIVERED_CONTACT_EVENTS: Final = "UndeliveredContactEvents"

UNENCRYPTED_RECORD_EVENTS: Final = "UnencryptedRecordEvents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The description of an alarm, for the person whom it wakes."""

    says: str
    do_first: str
    heading: str
    """The anchor of a heading in the runbook."""

    def __str__(self) -> str:
        return f"{self.says} First: {self.do_first} Then: {RUNBOOK}#{self.heading}"


class Alarms(Construct):
    """The alarms of one stack. Without a topic they change their state and notify nobody."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._names = settings.names
        topic_arn = settings.alarm_topic_arn
        self._action = (
            actions.SnsAction(sns.Topic.from_topic_arn(self, "Topic", topic_arn))
            if topic_arn
            else None
        )
        self.all: list[cloudwatch.IAlarm] = []

    def add(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        advice: Advice,
        *,
        above: float = 0,
        periods: int = 1,
    ) -> None:
        """An alarm as soon as ``metric`` is ``above`` for ``periods``; missing data is no alarm."""
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            alarm_name=self._names.alarm(construct_id),
            alarm_description=str(advice),
            metric=metric,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=above,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self._tell(alarm)

    def add_for_nothing(
        self, construct_id: str, metric: cloudwatch.IMetric, advice: Advice, *, periods: int
    ) -> None:
        """An alarm as soon as ``metric`` has had no value, or 0, for ``periods``."""
        self._tell(self._nothing(construct_id, metric, advice, periods=periods))

    def add_for_nothing_while(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        condition: cloudwatch.IMetric,
        advice: Advice,
        *,
        periods: int,
    ) -> None:
        """An alarm like ``add_for_nothing``, but only while ``condition`` is above 0.

        Two alarms without actions and a composite alarm of both: metric math cannot take the hour
        of a metric without data, but an alarm has a setting for missing data.
        """
        nothing = self._nothing(f"{construct_id}-Nothing", metric, advice, periods=periods)
        within = cloudwatch.Alarm(
            self,
            f"{construct_id}-InHours",
            alarm_name=self._names.alarm(f"{construct_id}-InHours"),
            alarm_description=str(advice),
            metric=condition,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        both = cloudwatch.CompositeAlarm(
            self,
            construct_id,
            composite_alarm_name=self._names.alarm(construct_id),
            alarm_description=str(advice),
            alarm_rule=cloudwatch.AlarmRule.all_of(
                cloudwatch.AlarmRule.from_alarm(nothing, cloudwatch.AlarmState.ALARM),
                cloudwatch.AlarmRule.from_alarm(within, cloudwatch.AlarmState.ALARM),
            ),
        )
        self._tell(both)

    def _nothing(
        self, construct_id: str, metric: cloudwatch.IMetric, advice: Advice, *, periods: int
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            construct_id,
            alarm_name=self._names.alarm(construct_id),
            alarm_description=str(advice),
            metric=metric,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            threshold=1,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

    def _tell(self, alarm: cloudwatch.AlarmBase) -> None:
        self.all.append(alarm)
        if self._action:
            alarm.add_alarm_action(self._action)
            # The topic is notified when the alarm ends, too.
            alarm.add_ok_action(self._action)


def alarm_of_other_stack(
    scope: Construct, construct_id: str, names: StageNames
) -> cloudwatch.IAlarm:
    """An alarm of another stack, by its name, so that neither stack depends on the other."""
    arn = cdk.Stack.of(scope).format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name=names.alarm(construct_id),
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    return cloudwatch.Alarm.from_alarm_arn(scope, construct_id, arn)
