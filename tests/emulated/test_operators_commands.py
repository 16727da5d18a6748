"""The operators' commands against the synthesized stacks, deployed into MiniStack.

What the emulator cannot show is left to the tests in memory: EventBridge puts nothing into a queue
here, Firehose writes an object for each record, a restore to a point in time copies the table as it
is now, and neither rights nor keys are applied. That publishing again reaches a consumer's queue is
shown in `tests/emulated/test_record_events.py`.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

import pytest

from adapters.contact_records_table import Key
from contact_centre.agents import JsonObject
from contact_centre.generated_day import generated_day
from tests.by_hand.stated_by_hand import contact_event_detail, in_envelope
from tests.emulated.deployed_stacks import DeployedStacks, deployed_stacks
from tests.operations.stored_day import Items, without_counters

pytestmark = pytest.mark.enable_socket

QUICKLY: Final = ("--rate", "100000")


class PublishedDay(NamedTuple):
    """What Connect publishes of it, by all three sources, and what became of each contact."""

    events: list[JsonObject]
    contacts: list[JsonObject]

    @property
    def longest_chain(self) -> list[str]:
        """Its legs, the first contact first."""
        ((chain_id, _),) = Counter(each["ChainId"] for each in self.contacts).most_common(1)
        return [each["ContactId"] for each in self.contacts if each["ChainId"] == chain_id]

    @property
    def agent(self) -> JsonObject:
        """Id and Username of somebody who took a contact of no other test."""
        agent: JsonObject = self.contacts[0]["Agent"]
        return agent

    def contact_record(self, contact_id: str) -> JsonObject:
        """As Amazon publishes it."""
        return next(each for each in self.events if each.get("ContactId") == contact_id)


@cache
def day() -> PublishedDay:
    events, contacts = generated_day(agents=4, hours=0.15, seed=8, queues=2)
    return PublishedDay(events, contacts)


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStacks]:
    """After the day: tables and archive are full, and two records are in quarantine."""
    with deployed_stacks(tmp_path_factory.mktemp("operations")) as stacks:
        stacks.play(day().events)
        stacks.play([unusable(contact_id) for contact_id in day().longest_chain[:2]])
        yield stacks


def unusable(contact_id: str) -> JsonObject:
    """Its contact record, as no version takes it in."""
    return day().contact_record(contact_id) | {"InitialContactId": "0"}


def records(stacks: DeployedStacks) -> Items:
    return {Key(item["ChainId"], item["ContactId"]): item for item in stacks.items()}


def comparable(items: Items) -> Items:
    """Without counters and the expiry of location entries: that is counted from their writing."""
    return {
        key: {
            name: value
            for name, value in item.items()
            if not (name == "ExpiresAt" and "MovedToChainId" in item)
        }
        for key, item in without_counters(items).items()
    }


def kept(stacks: DeployedStacks) -> list[tuple[str, str]]:
    """All items and versions of objects, each with what it is in."""
    return list(stacks.everything())


def naming(kept: list[tuple[str, str]], *texts: str) -> Counter[str]:
    """How many of them name one of these, by what they are in."""
    return Counter(place for place, content in kept if any(text in content for text in texts))


def test_erased_chain_is_named_nowhere_and_nothing_else_is_touched(stacks: DeployedStacks) -> None:
    chain = day().longest_chain
    before = kept(stacks)
    others = [each for each in before if not any(leg in each[1] for leg in chain)]

    dry = stacks.run("erase", "contact", chain[-1], "--chain", *QUICKLY, "--json")
    assert Counter(kept(stacks)) == Counter(before)
    done = stacks.run("erase", "contact", chain[-1], "--chain", *QUICKLY, "--yes", "--json")
    after = kept(stacks)

    assert done.exit_code == 0, done.err
    assert Counter(dry.json["Erased"]) == Counter(done.json["Erased"]) == naming(before, *chain)
    assert naming(after, *chain) == Counter()
    assert not Counter(others) - Counter(after)


def test_replayed_archive_does_not_bring_the_erased_chain_back(stacks: DeployedStacks) -> None:
    chain = day().longest_chain
    stacks.run("erase", "contact", chain[0], "--chain", *QUICKLY, "--yes")
    before = records(stacks)

    # The archive goes by the day of arrival, which is that of the test.
    period = ("--from", "2026-03-09", "--to", f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}")
    replayed = stacks.run("replay", *period, "--events-per-second", "10000", "--yes", "--json")
    stacks.process()

    assert (replayed.exit_code, replayed.json["BrokenObjects"]) == (0, 0)
    assert replayed.json["Records"] > 50
    assert records(stacks) == before
    assert naming(kept(stacks), *chain) == Counter()


def test_erased_name_is_gone_everywhere_and_ids_stay(stacks: DeployedStacks) -> None:
    agent = day().agent
    ids = naming(kept(stacks), agent["Id"])

    done = stacks.run("erase", "agent", agent["Id"], *QUICKLY, "--yes", "--json")
    after = kept(stacks)

    assert done.exit_code == 0, done.err
    assert all(done.json["Erased"][place] for place in ("Archive", "AgentStates", "ContactRecords"))
    assert naming(after, f'"{agent["Username"]}"') == Counter()
    assert naming(after, agent["Id"]) == ids


def test_lost_records_come_back_from_a_restored_table(stacks: DeployedStacks) -> None:
    dynamodb = stacks.pipeline.clients.dynamodb
    table = dynamodb.Table(stacks.outputs["ContactRecordsTableName"])
    whole = records(stacks)
    dynamodb.meta.client.restore_table_to_point_in_time(
        SourceTableName=table.name, TargetTableName="restored", UseLatestRestorableTime=True
    )
    lost = list(whole)[::2]
    for key in lost:
        table.delete_item(Key={"ChainId": key.chain_id, "ContactId": key.contact_id})

    dry = stacks.run("restore", "--source-table", "restored", *QUICKLY, "--json")
    assert len(records(stacks)) == len(whole) - len(lost)
    done = stacks.run("restore", "--source-table", "restored", *QUICKLY, "--yes", "--json")
    again = stacks.run("restore", "--source-table", "restored", *QUICKLY, "--yes", "--json")
    stacks.process()

    assert dry.json["RecordsWritten"] > 2
    assert done.json == dry.json | {"DryRun": False}
    assert again.json["RecordsWritten"] == 0
    assert comparable(records(stacks)) == comparable(whole)


def test_undelivered_events_get_into_the_table_and_out_of_their_queue(
    stacks: DeployedStacks,
) -> None:
    stacks.fail_to_deliver(late_event("late-1"), late_event("late-2"))

    listed = stacks.run("undelivered", "list", "--json")
    shown = stacks.run("undelivered", "show", listed.json["Events"][0]["MessageId"], "--json")
    done = stacks.run("undelivered", "redeliver", "--all", "--yes", "--json")
    stacks.process()

    assert {each["ContactId"] for each in listed.json["Events"]} == {"late-1", "late-2"}
    assert listed.json["Errors"] == {"NO_PERMISSIONS": 2}
    assert shown.json["Payload"]["detail"]["contactId"] in {"late-1", "late-2"}
    assert (done.exit_code, len(done.json["Events"])) == (0, 2)
    assert {"late-1", "late-2"} <= {key.contact_id for key in records(stacks)}
    assert stacks.run("undelivered", "list", "--json").json["Events"] == []


def late_event(contact_id: str) -> JsonObject:
    links = {"initialContactId": None, "previousContactId": None}
    return in_envelope(contact_event_detail(contactId=contact_id, **links))
