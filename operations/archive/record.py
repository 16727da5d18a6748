"""An archived record of any kind, as a replay needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from msgspec import DecodeError
from msgspec.json import Decoder

from contacts.facts.contact_facts import ContactFacts
from contacts.facts.kept_fields import KeptFields
from contacts.facts.normalised import resource_id
from contacts.facts.of_amazons_records import facts_of_contact_event, facts_of_contact_record
from contacts.facts.statement import timestamps_in
from contacts.incoming.agent_event import AgentEvent
from contacts.incoming.amazon_contact_record import AmazonContactRecord
from contacts.incoming.contact_event import ContactEvent
from contacts.incoming.fields import CheckedModel, WireTimestamp
from contacts.incoming.stream_record import RecordKind, StreamRecord, decode, kind_of


class _Envelope(CheckedModel, frozen=True, rename="lower"):
    """EventBridge's, in which contact events come; ``time`` is when Connect published the event."""

    time: WireTimestamp | None = None


_envelope = Decoder(_Envelope).decode


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """A stream record: as it was put, and as it is read."""

    data: bytes
    decoded: StreamRecord

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises UnusableRecordError."""
        return cls(data, decode(data))

    @property
    def kind(self) -> RecordKind:
        return kind_of(self.decoded)

    @property
    def timestamp(self) -> datetime:
        """When Connect wrote it, so that it is archived soon after.

        That is EventTimestamp, LastUpdateTimestamp or the envelope's ``time``. What lacks it goes
        by the newest time that it states, which may be older: a contact event on a contact's data
        states no new one.
        """
        match self.decoded:
            case AgentEvent() as event:
                return datetime.fromisoformat(event.event_timestamp)
            case ContactEvent() as event:
                return _publication(self.data) or _newest(facts_of_contact_event(event))
            case AmazonContactRecord() as record:
                last_update = record.last_update_timestamp
                if last_update:
                    return datetime.fromisoformat(last_update)
                return _newest(_facts_of(record))

    @property
    def agent_id(self) -> str | None:
        """The agent of the event, or who answered the contact; None if nobody did."""
        match self.decoded:
            case AgentEvent() as event:
                return resource_id(event.agent_arn)
            case ContactEvent() as event:
                arn = event.agent.agent_arn if event.agent else None
            case AmazonContactRecord() as record:
                arn = record.agent.arn if record.agent else None
        return resource_id(arn) if arn else None

    @property
    def partition_key(self) -> str:
        """The agent's ARN, as Connect has it, or the contact's id, as the EventBridge rule has it.

        Under which key Connect publishes contact records is not documented. Nothing depends on it:
        facts have no order.
        """
        if isinstance(self.decoded, AgentEvent):
            return self.decoded.agent_arn
        return self.decoded.contact_id

    def chain_ids(self) -> Iterator[str]:
        """The chains of the contacts in it, by this record alone."""
        match self.decoded:
            case AgentEvent() as event:
                for snapshot in (event.previous_agent_snapshot, event.current_agent_snapshot):
                    for contact in (snapshot.contacts if snapshot else None) or ():
                        yield contact.initial_contact_id or contact.contact_id
            case ContactEvent() as event:
                yield facts_of_contact_event(event).chain_id
            case AmazonContactRecord() as record:
                yield _facts_of(record).chain_id


def _publication(data: bytes) -> datetime | None:
    try:
        time = _envelope(data).time
    except (DecodeError, UnicodeDecodeError):
        return None
    return datetime.fromisoformat(time) if time else None


def _facts_of(record: AmazonContactRecord) -> ContactFacts:
    return facts_of_contact_record(record, KeptFields())


def _newest(facts: ContactFacts) -> datetime:
    """There is at least one time: a contact event or contact record without any is unusable."""
    stated = [*timestamps_in(facts.contact_events), *timestamps_in(facts.contact_record)]
    return datetime.fromisoformat(max(stated))
