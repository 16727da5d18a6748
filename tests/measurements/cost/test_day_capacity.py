"""What is counted with is what is deployed; sizes are means."""

from typing import Any

import pytest

from emulator.streams.event_pattern import event_pattern
from measurements.cost.day_capacity import CHAIN_BATCH_RECORDS, Sizes, passes_filter
from measurements.cost.workload import BATCH_RECORDS, LANES
from tests.infra.synthesized import synthesize


def an_image(**attributes: Any) -> dict[str, Any]:
    return {"dynamodb": {"NewImage": {"ContactId": {"S": "c"}, **attributes}}}


@pytest.mark.parametrize(
    "record",
    [
        an_image(),
        an_image(LinksDue={"N": "1"}),
        an_image(LinksDue={"N": "1"}, InitialContactId={"S": "c"}),
        an_image(LinksDue={"N": "1"}, ChainVersion={"N": "3"}),
        an_image(LinksDue={"N": "1"}, LinksStatedBy={"S": "CONTACT_RECORD"}),
        an_image(InitialContactId={"S": "c"}, ChainVersion={"N": "3"}),
    ],
    ids=["lonely", "new", "later leg", "linked before", "links stated", "nothing due"],
)
def test_filter_is_that_of_the_deployed_mapping(record: dict[str, Any]) -> None:
    filters = synthesize().mapping("contact_chains")["FilterCriteria"]["Filters"]
    deployed = any(event_pattern(each["Pattern"])(record) for each in filters)

    assert passes_filter(record) is deployed


def test_batches_are_those_of_the_deployed_mappings() -> None:
    [stream] = synthesize().mappings("agent_events").values()
    table = synthesize().mapping("contact_chains")

    assert (stream["BatchSize"], stream["ParallelizationFactor"]) == (BATCH_RECORDS, LANES)
    assert table["BatchSize"] == CHAIN_BATCH_RECORDS


def test_mean_counts_items_that_lack_the_attribute() -> None:
    sizes = Sizes()
    sizes.add({"State": {"S": "ENDED"}})
    sizes.add({"Channel": {"S": "VOICE"}})

    assert sizes.mean == 11
    assert sizes.means() == {"Channel": 6, "State": 5}
