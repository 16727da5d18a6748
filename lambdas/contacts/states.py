"""The states of a contact in an agent's snapshot, in Amazon Connect's words.

https://docs.aws.amazon.com/connect/latest/adminguide/about-contact-states.html and
https://docs.aws.amazon.com/connect/latest/adminguide/agent-event-stream-model.html
The set is open: a state that is not listed here is kept as it came.
"""

from typing import Final

INCOMING: Final = "INCOMING"
PENDING: Final = "PENDING"
CONNECTING: Final = "CONNECTING"
CONNECTED: Final = "CONNECTED"
CONNECTED_ONHOLD: Final = "CONNECTED_ONHOLD"
PAUSED: Final = "PAUSED"
MISSED: Final = "MISSED"
REJECTED: Final = "REJECTED"
ERROR: Final = "ERROR"
ENDED: Final = "ENDED"
CLEARED: Final = "CLEARED"
"""Our word for "gone from the agent's snapshot"; the only one that is not Connect's."""

OFFER_STATES: Final = frozenset({INCOMING, PENDING, CONNECTING})
SUSPENDED_STATES: Final = frozenset({CONNECTED_ONHOLD, PAUSED})
ANSWERED_STATES: Final = SUSPENDED_STATES | {CONNECTED}
FAILED_STATES: Final = frozenset({MISSED, REJECTED, ERROR})
INACTIVE_STATES: Final = FAILED_STATES | {ENDED}

_LIFE_CYCLE: Final = (
    {INCOMING},
    {PENDING},
    {CONNECTING},
    {CONNECTED},
    SUSPENDED_STATES,
    INACTIVE_STATES,
    {CLEARED},
)
_RANKS: Final = {state: rank for rank, states in enumerate(_LIFE_CYCLE) for state in states}


def life_cycle_rank(state: str) -> int:
    """The rank of a state in a contact's life, which orders states that share a timestamp.

    An unknown state ranks with CONNECTED: after the offer, before the end.
    """
    return _RANKS.get(state, _RANKS[CONNECTED])
