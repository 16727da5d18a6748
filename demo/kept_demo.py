"""Keeps the demo's deployment up, and says how to ask it, until Ctrl-C."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from contact_queries.routes import SCOPES
from demo.report import chains_of
from demo.site import Site
from operations.messages import command_path

_TOKEN_SECONDS: Final = 24 * 3600
_MOST_DAYS: Final = 31


def stay(site: Site, items: Sequence[Mapping[str, Any]], messages: Console) -> None:
    """Returns at Ctrl-C. Until then what commands put on the stream is processed, too."""
    site.pipeline.hand_over()
    print("\n".join(_ways_to_ask(site, items)), flush=True)
    messages.print(Text("Ctrl-C stops it."))
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def _ways_to_ask(site: Site, items: Sequence[Mapping[str, Any]]) -> list[str]:
    origin = site.pages.origin
    token = site.pages.issuer.token(SCOPES, exp=int(time.time()) + _TOKEN_SECONDS)
    first, last = period_of(items)
    chains = chains_of(items)
    contact_id = (chains[0] if chains else items)[0]["ContactId"]
    return [
        "",
        "The same data by the command line:",
        f"  export AWS_ENDPOINT_URL={site.endpoint} AWS_REGION=us-east-1 "
        "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test",
        f"  {command_path()} list --from {first} --to {last}",
        f"  {command_path()} chain {contact_id}",
        "by the API, with a token that is good for a day:",
        f"  curl -H 'Authorization: Bearer {token}' '{origin}/contacts?from={first}&to={last}'",
        "and by the pages:",
        f"  {origin}/",
        f"  {origin}/chain.html?contact={contact_id}",
    ]


def period_of(items: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The first day of the contacts and the day after the last: the newest 31 days at most."""
    days = sorted(str(item["StartTimestamp"])[:10] for item in items if "StartTimestamp" in item)
    if not days:
        return "yesterday", "now"
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    last += timedelta(days=1)
    first = max(first, last - timedelta(days=_MOST_DAYS))
    return first.isoformat(), last.isoformat()
