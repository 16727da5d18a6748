"""What a function prints of an invocation, in CloudWatch's embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import time
from typing import Any

import pytest

from adapters.metrics import CountedBy, Metrics

METRICS = Metrics("agent_events", "ContactChains")


@pytest.fixture
def documents(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_document_holds_metrics_and_fields_of_the_log(documents: Any) -> None:
    before = time.time() * 1000

    METRICS.publish(
        {"Facts": 3, "Chains": 1},
        milliseconds={"EventToRecord": [812, 40]},
        fields={"records": 3},
    )

    (document,) = documents()
    assert before - 1 <= document["_aws"].pop("Timestamp") <= time.time() * 1000
    assert document == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "ContactChains",
                    "Dimensions": [["service"]],
                    "Metrics": [
                        {"Name": "Facts", "Unit": "Count"},
                        {"Name": "Chains", "Unit": "Count"},
                        {"Name": "EventToRecord", "Unit": "Milliseconds"},
                    ],
                }
            ]
        },
        "service": "agent_events",
        "level": "INFO",
        "records": 3,
        "Facts": 3,
        "Chains": 1,
        "EventToRecord": [812, 40],
    }


def test_zero_and_empty_values_are_left_out(documents: Any) -> None:
    METRICS.publish(
        {"Facts": 1, "Conflicts": 0, "ChainSize": []},
        milliseconds={"EventToRecord": []},
        fields={"records": 1, "failures": []},
    )

    (document,) = documents()
    assert document.keys() == {"_aws", "service", "level", "records", "Facts"}


def test_nothing_is_printed_where_nothing_was_counted(documents: Any) -> None:
    METRICS.publish({"Facts": 0}, fields={"records": 1})

    assert documents() == []


def test_trouble_is_a_warning(documents: Any) -> None:
    METRICS.publish({"FailedRecords": 1}, fields={"failures": ["throttled"]}, is_trouble=True)

    (document,) = documents()
    assert (document["level"], document["failures"]) == ("WARNING", ["throttled"])


def test_more_than_a_hundred_values_go_into_further_documents(documents: Any) -> None:
    METRICS.publish(
        {"Facts": 1}, milliseconds={"EventToRecord": range(250)}, fields={"records": 250}
    )

    first, *others = documents()
    values = [document["EventToRecord"] for document in (first, *others)]
    assert [len(each) for each in values] == [100, 100, 50]
    assert [value for each in values for value in each] == list(range(250))
    assert (first["Facts"], first["records"]) == (1, 250)
    assert [each for each in others if "Facts" in each or "records" in each] == []


def test_each_value_of_a_dimension_has_a_document(documents: Any) -> None:
    counted = CountedBy("LinksByEvidence", "Evidence", {"INFERRED": 2, "CONTACT_EVENT": 1})

    METRICS.publish({}, counted_by=[counted], fields={})

    assert [(each["Evidence"], each["LinksByEvidence"]) for each in documents()] == [
        ("CONTACT_EVENT", 1),
        ("INFERRED", 2),
    ]
