"""What CloudFormation would refuse or replace is noticed."""

from typing import Any

from tests.acceptance.templates import changed_indexes, exports_missed, lost

DIFF = """\
Stack ContactChainsStateful (aws://000000000000/us-east-1)
Resources
[-] AWS::Kinesis::Stream ContactRecordStream ContactRecordStreamA43B058C orphan
[~] AWS::DynamoDB::Table ContactRecords ContactRecords5EB1432D replace
 └─ [~] KeySchema (requires replacement)
[~] AWS::S3::Bucket Quarantine Quarantine23FF09FE may be replaced
[~] AWS::DynamoDB::Table AgentStates AgentStates7221A886
 └─ [~] SSESpecification
[+] AWS::Kinesis::Stream AgentEventStream AgentEventStreamFD177533
[-] AWS::IAM::Role Archive/Role ArchiveRole29D41861 destroy
"""


def _exporting(*names: str) -> dict[str, Any]:
    return {"Outputs": {name: {"Value": name, "Export": {"Name": name}} for name in names}}


def _importing(*names: str) -> dict[str, Any]:
    values = [{"Fn::ImportValue": name} for name in names]
    return {"Resources": {"Any": {"Properties": {"Values": {"Fn::Join": ["", values]}}}}}


def _with_indexes(*names: str) -> dict[str, Any]:
    indexes = [{"IndexName": name} for name in names]
    properties = {"GlobalSecondaryIndexes": indexes}
    return {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}


def test_what_is_replaced_or_taken_away_is_lost() -> None:
    types = {"AWS::DynamoDB::Table", "AWS::Kinesis::Stream", "AWS::S3::Bucket"}

    assert lost(DIFF, types) == [
        "AWS::Kinesis::Stream ContactRecordStream ContactRecordStreamA43B058C: orphan",
        "AWS::DynamoDB::Table ContactRecords ContactRecords5EB1432D: replace",
        "AWS::S3::Bucket Quarantine Quarantine23FF09FE: may be replaced",
    ]


def test_removed_export_is_missed_only_by_stacks_that_import_it() -> None:
    deployed = {"Stateful": _exporting("a", "b", "c"), "Pipeline": _importing("a", "b")}

    assert exports_missed(deployed, {"Stateful": _exporting("a")}) == {"b"}
    assert exports_missed(deployed, {"Stateful": _exporting("a", "b")}) == set()


def test_indexes_that_come_or_go_are_told_by_table() -> None:
    deployed, next_ = _with_indexes("ByAgent"), _with_indexes("ByQueue")

    assert changed_indexes({"Stateful": deployed}, {"Stateful": next_}) == {
        "Table": {"ByAgent", "ByQueue"}
    }
    assert changed_indexes({"Stateful": deployed}, {"Stateful": deployed}) == {"Table": set()}
