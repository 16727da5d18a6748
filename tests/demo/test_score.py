"""The score: what is right, wrong, missing, hidden, and what there should be no record of."""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.__main__ import main
from contact_centre.agents import JsonObject
from contact_centre.sources import Source
from demo.score import Score, score, score_report

CONTACT: JsonObject = {
    "Case": "conference",
    "SeenByAgents": True,
    "ChainId": "root",
    "ContactId": "leg",
    "InitialContactId": "root",
    "PreviousContactId": "root",
    "NextContactId": "other",
    "TransferType": "CONFERENCE",
    "Channel": "VOICE",
    "AgentConnectionAttempts": 2,
    "Attempts": [
        {"AgentId": "ben", "Outcome": "MISSED", "RingDuration": 20},
        {"AgentId": "cleo", "Outcome": "HANDLED", "RingDuration": 4},
    ],
    "Agent": {
        "Id": "cleo",
        "AgentInteractionDuration": 60,
        "HierarchyGroups": {"Level1": {"Id": "europe", "GroupName": "Europe"}},
    },
    "Queue": {"Id": "sales"},
}
ROOT: JsonObject = {"ContactId": "root", "ChainId": "root", "SeenByAgents": False}
OTHER: JsonObject = {"ContactId": "other", "ChainId": "root", "SeenByAgents": False}
TRUTH = [ROOT, CONTACT, OTHER]
HEARD_OF = "2026-03-09T09:00:00.000Z"


def item(truth: JsonObject = CONTACT, **changed: Any) -> JsonObject:
    """The record that is as it should be, but for what is changed; None takes it away."""
    values = {**deepcopy(truth), "LastUpdateTimestamp": HEARD_OF, "Version": 3, **changed}
    del values["SeenByAgents"]
    return {name: value for name, value in values.items() if value is not None and name != "Case"}


def scored(items: list[JsonObject], truth: list[JsonObject] = TRUTH) -> Score:
    """By agent events alone."""
    heard_of = [{**contact, "LastUpdateTimestamp": HEARD_OF} for contact in truth]
    return score(items, heard_of, sources={Source.AGENT_EVENTS})


def only_disagreement(result: Score) -> tuple[str, Any, Any]:
    (one,) = result.disagreements
    assert one.contact_id == "leg"
    assert one.case == "conference"
    return one.field, one.truth, one.got


def test_the_truth_itself_is_perfect() -> None:
    result = scored([item()])

    assert result.is_perfect
    assert result.disagreements == []
    assert result.overall.rate == 1
    assert (result.contacts, result.not_shown) == (1, 2)
    assert result.fields["Attempts.Outcome"].right == 2
    assert result.fields["Agent.HierarchyGroups"].right == 2


def test_numbers_may_be_decimals() -> None:
    agent = {**CONTACT["Agent"], "AgentInteractionDuration": Decimal(60)}

    assert scored([item(Agent=agent, AgentConnectionAttempts=Decimal(2))]).is_perfect


def test_a_wrong_value_is_told_with_the_right_one() -> None:
    result = scored([item(Channel="CHAT")])

    assert only_disagreement(result) == ("Channel", "VOICE", "CHAT")
    assert result.fields["Channel"].wrong == 1
    assert not result.is_perfect


def test_a_missing_value_is_counted_as_missing() -> None:
    result = scored([item(Channel=None)])

    assert only_disagreement(result) == ("Channel", "VOICE", "(absent)")
    assert result.fields["Channel"].missing == 1


def test_a_value_that_the_truth_does_not_have_is_wrong() -> None:
    result = scored([item(Queue={"Id": "sales", "Name": "Sales"})])

    assert only_disagreement(result) == ("Queue.Name", "(absent)", "Sales")
    assert result.fields["Queue.Name"].wrong == 1


def test_attempts_are_compared_one_by_one() -> None:
    attempts = deepcopy(CONTACT["Attempts"])
    attempts[0]["Outcome"] = "ERROR"

    result = scored([item(Attempts=attempts)])

    assert only_disagreement(result) == ("Attempts.Outcome", "MISSED", "ERROR")
    assert result.fields["Attempts.Outcome"].right == 1


def test_every_part_of_a_missing_attempt_is_missing() -> None:
    result = scored([item(Attempts=CONTACT["Attempts"][:1])])

    assert {each.field for each in result.disagreements} == {
        "Attempts.AgentId",
        "Attempts.Outcome",
        "Attempts.RingDuration",
    }
    assert result.stated.missing == 3


@pytest.mark.parametrize(
    ("name", "value"), [("TransferType", "CONSULT"), ("PreviousContactId", "another")]
)
def test_inferred_facts_are_counted_apart(name: str, value: str) -> None:
    result = scored([{**item(), name: value}])

    assert result.is_perfect
    assert result.inferred.wrong == 1
    assert result.overall.wrong == 1


def test_talk_of_a_later_leg_is_inferred_that_of_a_first_is_not() -> None:
    first = {**CONTACT, "ContactId": "first", "ChainId": "first"}
    del first["InitialContactId"]
    shorter = {**CONTACT["Agent"], "AgentInteractionDuration": 59}

    result = scored([item(Agent=shorter), item(first, Agent=shorter)], [*TRUTH, first])

    assert result.fields["Agent.AgentInteractionDuration (later legs)"].wrong == 1
    assert result.fields["Agent.AgentInteractionDuration"].wrong == 1
    assert result.stated.wrong == 1


def test_a_link_to_a_contact_that_no_agent_saw_is_missed_as_hidden() -> None:
    result = scored([item(NextContactId=None)])

    assert result.fields["NextContactId"].missing == 1
    assert result.fields["NextContactId"].hidden == 1
    assert result.disagreements[0].is_hidden


def test_a_contact_without_a_record_is_named() -> None:
    result = scored([])

    assert result.unrecorded == ["leg"]
    assert not result.is_perfect


@pytest.mark.parametrize("contact_id", ["root", "nobody's", "leg"])
def test_records_that_should_not_be_are_named(contact_id: str) -> None:
    result = scored([item(), item(ContactId=contact_id)])

    assert result.surplus == [contact_id]
    assert not result.is_perfect


def test_marks_and_moved_records_are_no_records() -> None:
    mark = {"ChainId": "root", "ContactId": "root", "ChainVersion": 1}
    moved = item(ChainId="leg", MovedToChainId="root")

    assert scored([mark, moved, item()]).is_perfect


def test_report_names_fields_rates_and_examples() -> None:
    report = score_report(scored([item(Channel="CHAT", NextContactId=None)]))

    lines = [line.split() for line in report.splitlines()]
    assert ["Channel", "0", "1", "0", "0.00", "%"] in lines
    assert ["NextContactId", "0", "0", "1", "1", "0.00", "%"] in lines
    assert ["AgentConnectionAttempts", "1", "0", "0", "100", "%"] in lines
    assert "leg (conference): Channel is CHAT, truth VOICE" in report
    assert "leg (conference): NextContactId is (absent), truth other (hidden)" in report
    assert "Sources: agent events\n" in report
    assert "1 contacts that they show, 0 without a record" in report
    assert "2 contacts that they do not, 0 surplus records" in report


def test_report_never_rounds_up_to_one_hundred() -> None:
    contacts = [{**CONTACT, "ContactId": f"leg {number}"} for number in range(20_000)]
    items = [item(contact) for contact in contacts]
    items[0]["Channel"] = "CHAT"

    report = score_report(scored(items, contacts))

    assert "99.99 %" in report


def test_nothing_compared_is_no_hundred_per_cent() -> None:
    report = score_report(scored([item(ContactId="of another day")]))

    assert "100 %" not in report
    assert ["Overall", "0", "0", "0", "-"] in [line.split() for line in report.splitlines()]
    assert "1 contacts that they show, 1 without a record" in report


# More than agent events


EVERY_SOURCE = frozenset(Source)
CALL: JsonObject = {
    "Case": "abandoned in the queue",
    "SeenByAgents": False,
    "ChainId": "call",
    "ContactId": "call",
    "NextContactId": "next",
    "Channel": "VOICE",
    "InitiationMethod": "INBOUND",
    "Status": "ABANDONED",
    "InitiationTimestamp": "2026-03-09T09:00:00.600Z",
    "DisconnectTimestamp": "2026-03-09T09:00:41.700Z",
    "AgentConnectionAttempts": 0,
    "Queue": {"Id": "sales", "Duration": 30},
}


def test_other_sources_tell_of_every_contact() -> None:
    result = score([item(CALL)], [CALL], sources=EVERY_SOURCE)

    assert result.is_perfect
    assert (result.contacts, result.not_shown) == (1, 0)
    assert result.fields["DisconnectTimestamp"].right == 1


def test_ids_at_the_top_of_an_item_are_compared_with_those_of_the_truth() -> None:
    agent = {name: value for name, value in CONTACT["Agent"].items() if name != "Id"}

    result = scored([item(AgentId="ben", Agent=agent, QueueId="sales", Queue=None)])

    assert only_disagreement(result) == ("Agent.Id", "cleo", "ben")
    assert result.fields["Queue.Id"].right == 1


def test_contact_records_are_right_in_whole_seconds() -> None:
    truncated = item(
        CALL,
        DisconnectTimestamp="2026-03-09T09:00:41.000Z",
        Queue={"Id": "sales", "Duration": 31},
    )

    assert score([truncated], [CALL], sources={Source.CONTACT_RECORDS}).is_perfect
    assert not score([truncated], [CALL], sources={Source.CONTACT_EVENTS}).is_perfect


def test_what_the_sources_do_not_tell_may_be_missing_but_not_wrong() -> None:
    untold = {"Id": "sales"}
    wrong = {"Id": "sales", "Duration": 99}

    assert score([item(CALL, Queue=untold)], [CALL], sources={Source.CONTACT_EVENTS}).is_perfect
    assert not score([item(CALL, Queue=wrong)], [CALL], sources={Source.CONTACT_EVENTS}).is_perfect
    assert not score([item(CALL, Queue=untold)], [CALL], sources=EVERY_SOURCE).is_perfect


def test_a_field_that_must_be_absent_is_right_without_a_value_and_wrong_with_one() -> None:
    monitor = {**CONTACT, "Agent": {"Id": "cleo", "AgentInteractionDuration": None}}
    silent = item(Agent={"Id": "cleo"})
    talking = item(Agent={"Id": "cleo", "AgentInteractionDuration": 60})

    right, wrong = (
        scored([silent], [ROOT, monitor, OTHER]),
        scored([talking], [ROOT, monitor, OTHER]),
    )

    assert right.is_perfect
    assert right.fields["Agent.AgentInteractionDuration (later legs)"].right == 1
    assert only_disagreement(wrong) == (
        "Agent.AgentInteractionDuration (later legs)",
        "(absent)",
        60,
    )


def test_the_value_for_the_sources_that_were_fed_is_the_right_one() -> None:
    rung = {**CONTACT, "ByAgentEventsAlone": {"Attempts.0.Outcome": "REJECTED", "Queue.Id": None}}
    attempts = [{**CONTACT["Attempts"][0], "Outcome": "REJECTED"}, CONTACT["Attempts"][1]]
    shown = {**item(Attempts=attempts, Queue=None)}

    assert scored([shown], [ROOT, rung, OTHER]).is_perfect
    assert not scored([item()], [ROOT, rung, OTHER]).is_perfect


def test_fields_that_no_source_states_are_not_scored() -> None:
    open_end = {**CONTACT, "Unscored": {"agent-events": ["Attempts.1.RingDuration", "Queue"]}}
    attempts = [CONTACT["Attempts"][0], {**CONTACT["Attempts"][1], "RingDuration": 99}]

    result = scored([item(Attempts=attempts, Queue=None)], [ROOT, open_end, OTHER])

    assert result.is_perfect
    assert result.fields["Attempts.RingDuration"].total == 1


def test_links_are_stated_by_contact_records_and_inferred_without() -> None:
    other = item(CALL, NextContactId="another")

    assert not score([other], [CALL], sources=EVERY_SOURCE).is_perfect
    assert score([other], [CALL], sources={Source.CONTACT_EVENTS}).inferred.wrong == 1


# The command


def test_command_compares_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records, truth = tmp_path / "records.ndjson", tmp_path / "truth.ndjson"
    records.write_text(json.dumps(item()) + "\n", encoding="utf-8")
    heard_of = [{**each, "LastUpdateTimestamp": HEARD_OF} for each in TRUTH]
    truth.write_text("".join(json.dumps(each) + "\n" for each in heard_of), encoding="utf-8")
    arguments = [
        "score",
        "--records",
        str(records),
        "--truth",
        str(truth),
        "--sources",
        "agent-events",
    ]

    assert main(arguments) == 0
    records.write_text(json.dumps(item(Channel="CHAT")) + "\n", encoding="utf-8")
    assert main(arguments) == 1
    assert "truth VOICE" in capsys.readouterr().out


def test_command_says_which_file_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.ndjson")

    assert main(["score", "--records", missing, "--truth", missing]) == 1
    assert "missing.ndjson cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"ContactId": "le', "not one whole JSON object"),
        ('{"EventType": "LOGIN"}', "no contact: it has no ChainId and ContactId at the top"),
        ("7", "no contact"),
    ],
)
def test_command_says_which_line_is_no_contact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    records, truth = tmp_path / "records.ndjson", tmp_path / "truth.ndjson"
    records.write_text(json.dumps(item()) + "\n", encoding="utf-8")
    truth.write_text(f"{json.dumps(ROOT)}\n{line}\n", encoding="utf-8")

    assert main(["score", "--records", str(records), "--truth", str(truth)]) == 2

    assert f"{truth}, line 2 is {why}" in capsys.readouterr().err.replace("\n", " ")
