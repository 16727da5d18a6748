"""Measurements with round figures, so that what follows from them can be worked out by hand."""

from collections import Counter

from contact_centre.sources import Source
from emulator.dynamodb.capacity import AGENT_STATES, CONTACT_RECORDS
from measurements.cost.day_capacity import Sizes, Usage
from measurements.cost.functions import AGENT_EVENTS, CONTACT_CHAINS
from measurements.scale.centre import Measured
from measurements.scale.function_costs import FunctionCost, Line
from measurements.scale.sample_day import SampleDay

RATE = 0.02
BYTES = 5000


def measured() -> Measured:
    """20 events a second and 1000 agents, of 5 KB each; half a WRU of a kind for each event."""
    complete = Sizes()
    complete.add({"ContactId": {"S": "c" * 91}})
    day = Usage(
        events=1000,
        transitions=700,
        stored_bytes=100_000,
        index_bytes=50_000,
        contacts=100,
        passed_records=250,
        write_units=Counter(
            {
                f"{AGENT_EVENTS} {CONTACT_RECORDS}": 1500,
                f"{CONTACT_CHAINS} {CONTACT_RECORDS}": 100,
                f"{AGENT_EVENTS} {AGENT_STATES}": 500,
            }
        ),
        index_units=Counter({"Open": 200, "ByFailedOffer": 20}),
        complete_items=complete,
    )
    day.read_units[f"{AGENT_EVENTS} {CONTACT_RECORDS}"] = 500
    cost = FunctionCost(
        cpu=Line(0.005, 0.001), calls=Line(1, 0.1), rounds=Line(3, 0), log_bytes=Line(1000, 10)
    )
    return Measured(
        sample=SampleDay(
            agents=300,
            hours=1.5,
            seed=7,
            rates={Source.AGENT_EVENTS: RATE},
            mean_bytes={Source.AGENT_EVENTS: BYTES},
            sizes=(BYTES,),
            busiest_minute=1.5 * RATE,
            first_second=2 * RATE,
            zipped_share=0.1,
        ),
        day=day,
        agent_events=cost,
        contact_chains=cost,
        metrics=20,
    )
