"""Phone numbers of simulated customers and external parties: personal data that nobody may keep."""

from contact_centre.agents import JsonObject
from contact_centre.script import MONITOR, ScriptedLeg

SYSTEM_NUMBER = "+12065550100"
WITHOUT_SYSTEM_NUMBER = {"CALLBACK", "QUEUE_TRANSFER", MONITOR}
"""Of these contact-events says that the system endpoint is not given."""


def customer_endpoint(leg: ScriptedLeg) -> JsonObject | None:
    """The other end of the line: the customer, or the external party of an external leg."""
    if leg.channel != "VOICE" or leg.contact.initiation_method == MONITOR:
        return None
    if leg.is_external:
        return _telephone(_number("+1425555", leg.contact.id))
    return _telephone(_number("+1206555", leg.chain.legs[0].contact.id))


def system_endpoint(leg: ScriptedLeg) -> JsonObject | None:
    if leg.channel != "VOICE" or leg.contact.initiation_method in WITHOUT_SYSTEM_NUMBER:
        return None
    return _telephone(SYSTEM_NUMBER)


def transferred_to_endpoint(leg: ScriptedLeg) -> JsonObject | None:
    """The endpoint to which the customer was transferred outside Connect, if any."""
    return customer_endpoint(leg.transferred_to) if leg.transferred_to else None


def _telephone(number: str) -> JsonObject:
    return {"Address": number, "Type": "TELEPHONE_NUMBER"}


def _number(prefix: str, contact_id: str) -> str:
    return f"{prefix}{int(contact_id[:8], 16) % 10_000:04}"
