"""A generated day up to a moment of it, behind the API's own code: what the pages show of a centre.

The day goes through both functions over tables in memory; the API answers as if it were then.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from contact_centre.generated_day import GeneratedDay
from contact_centre.live_day import instance_arn_of
from contact_centre.sources import Source, source_of
from tests.browser.site import Reply, Request, Site
from tests.contact_queries.api_in_memory import AskedApi, api_over, indexed_aws
from tests.pipeline.in_memory_pipeline import EventObject, InMemoryPipeline

TIMES = {
    Source.AGENT_EVENTS: lambda event: event["EventTimestamp"],
    Source.CONTACT_EVENTS: lambda event: event["time"],
    Source.CONTACT_RECORDS: lambda event: event["LastUpdateTimestamp"],
}


@contextmanager
def centre_at(now: datetime, *, agents: int, seed: int = 7, queues: int = 8) -> Iterator[AskedApi]:
    """The API over what has been published of the day by `now`, which is on that day."""
    with indexed_aws() as aws:
        pipeline = InMemoryPipeline(aws, shards=["one"], batch_size=500)
        events = list(_published_by(now, agents=agents, seed=seed, queues=queues))
        pipeline.put("one", events)
        pipeline.run(lambda sources: sources[0])
        moment = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield api_over(aws, connect_instance_arn=instance_arn_of(events[0]), now=moment)


def show_centre(site: Site, api: AskedApi) -> None:
    """Let `site` hand on to `api` what the pages ask."""
    one_at_a_time = threading.Lock()

    def reply(request: Request) -> Reply:
        asked = dict(parse_qsl(request.query, keep_blank_values=True))
        path = request.path.removeprefix("/api")
        headers = {
            name: value for name, value in request.headers.items() if name == "if-none-match"
        }
        # A function has one request at a time, and so has its app.
        with one_at_a_time:
            answer = api.get(path, headers=headers, **{f"{name}_": asked[name] for name in asked})
        return Reply(answer.status, answer.body or "", dict(answer.headers))

    site.routes.clear()
    site.routes["/api"] = reply


def _published_by(now: datetime, *, agents: int, seed: int, queues: int) -> Iterator[EventObject]:
    day = GeneratedDay(agents=agents, hours=now.hour - 5, seed=seed, queues=queues)
    for event in day.events():
        at = datetime.fromisoformat(TIMES[source_of(event)](event))
        if at > now + timedelta(minutes=5):
            return
        if at <= now:
            yield event
