"""Whether an emulator that counts capacity counts the writes of a day as we do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

from emulator.dynamodb.bill import BilledWrite
from emulator.dynamodb.capacity import CONTACT_RECORDS, KEYS, write_units
from emulator.dynamodb.item_size import item_size
from emulator.machine.clients import REGION
from emulator.machine.ministack import running


@dataclass(frozen=True, slots=True)
class CapacityAgreement:
    """Of so many puts of real items, how many cost the emulator as much, and both sums."""

    writes: int
    equal: int
    our_units: int
    its_units: float


def compare(writes: Iterable[BilledWrite], *, log_file: Path) -> CapacityAgreement:
    """Put each item as it was before the write, if it was there, and then as it was after."""
    writes = list(writes)
    with running(log_file=log_file) as endpoint:
        client = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(proxies={}),
        )
        partition, sort = KEYS[CONTACT_RECORDS]
        client.create_table(
            TableName=CONTACT_RECORDS,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": partition, "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in (partition, sort)
            ],
        )
        ours, its = [], []
        for write in writes:
            if write.before:
                client.put_item(TableName=CONTACT_RECORDS, Item=write.before)
            answer = client.put_item(
                TableName=CONTACT_RECORDS, Item=write.after, ReturnConsumedCapacity="TOTAL"
            )
            its.append(answer["ConsumedCapacity"]["CapacityUnits"])
            ours.append(write_units(item_size(write.before or {}), item_size(write.after)))
    equal = sum(one == other for one, other in zip(ours, its, strict=True))
    return CapacityAgreement(len(writes), equal, sum(ours), sum(its))
