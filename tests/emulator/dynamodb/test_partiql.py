"""Statements are understood as the updates that they stand for, or refused."""

import pytest

from emulator.dynamodb.errors import InvalidRequestError
from emulator.dynamodb.partiql import parsed

KEY = '"ChainId"=? AND "ContactId"=?'


def test_insert_is_an_update_of_what_is_not_there() -> None:
    statement = parsed(
        """INSERT INTO "ContactRecords" VALUE {'ContactId':?,'State':?,'ChainId':?}"""
    )

    assert statement.is_insert
    assert statement.update_item([{"S": "leg"}, {"S": "ENDED"}, {"S": "chain"}]) == {
        "TableName": "ContactRecords",
        "Key": {"ChainId": {"S": "chain"}, "ContactId": {"S": "leg"}},
        "UpdateExpression": "SET #0 = :1",
        "ConditionExpression": "attribute_not_exists(#1)",
        "ExpressionAttributeNames": {"#0": "State", "#1": "ChainId"},
        "ExpressionAttributeValues": {":1": {"S": "ENDED"}},
    }


def test_update_is_an_update_of_what_fulfils_the_condition() -> None:
    statement = parsed(
        'UPDATE "AgentStates" SET "Agent"."Id"=? SET "Version"=?'
        ' REMOVE "Agent"."Old" REMOVE "Queue"'
        ' WHERE "InstanceId"=? AND "AgentId"=? AND ("Time" < ? OR ("Time" = ? AND "Ordinal" <= ?))'
    )

    assert not statement.is_insert
    assert statement.update_item([{"N": str(number)} for number in range(7)]) == {
        "TableName": "AgentStates",
        "Key": {"InstanceId": {"N": "2"}, "AgentId": {"N": "3"}},
        "UpdateExpression": "SET #0.#1 = :0, #2 = :1 REMOVE #0.#3, #4",
        "ConditionExpression": "( #5 < :4 OR ( #5 = :5 AND #6 <= :6 ) )",
        "ExpressionAttributeNames": {
            "#0": "Agent",
            "#1": "Id",
            "#2": "Version",
            "#3": "Old",
            "#4": "Queue",
            "#5": "Time",
            "#6": "Ordinal",
        },
        "ExpressionAttributeValues": {f":{number}": {"N": number} for number in "01456"},
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        f'DELETE FROM "ContactRecords" WHERE {KEY}',
        f'UPDATE "Another" SET "State"=? WHERE {KEY} AND "Version"=?',
        f'UPDATE "ContactRecords" ADD "State"=? WHERE {KEY} AND "Version"=?',
        f'UPDATE "ContactRecords" SET "State"=\'ENDED\' WHERE {KEY} AND "Version"=?',
        'UPDATE "ContactRecords" SET "State"=? WHERE "ChainId"=? AND "Version"=? AND "ContactId"=?',
        f'UPDATE "ContactRecords" SET "State"=? WHERE {KEY}',
        f'UPDATE "ContactRecords" SET "State"=? WHERE {KEY} AND "Version" IN ?',
        "INSERT INTO \"ContactRecords\" VALUE {'ChainId':?,'ContactId':?} ON CONFLICT DO NOTHING",
        "INSERT INTO \"ContactRecords\" VALUE {'ChainId':?,'State'}",
    ],
)
def test_other_statements_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        parsed(text)
