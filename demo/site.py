"""The pages and the query API on this machine, over the deployed pipeline."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from demo.deployed import BUILD, deployed_pipeline
from demo.stages import stage
from emulator.machine import ministack
from emulator.machine.clients import ACCOUNT, REGION
from emulator.pages.issuer import AUDIENCE
from emulator.pages.page_server import PageServer, page_server
from emulator.pipeline import LocalPipeline
from emulator.synthesis import local_context

ISSUER: Final = "https://issuer.of.this-machine.invalid"
INSTANCE: Final = (
    f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/00000000-0000-0000-0000-000000000000"
)
"""Both stand in the templates, which are kept, for what is another in each run."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """``endpoint`` is where the emulated AWS answers."""

    pipeline: LocalPipeline
    pages: PageServer
    endpoint: str


@contextmanager
def running_site(
    *, port: int, instance_arn: str, log_name: str, messages: Console
) -> Iterator[Site]:
    """Serve during the block; ``port`` 0 is any free port."""
    with ExitStack() as running:
        pages = running.enter_context(page_server(port=port))
        endpoint = running.enter_context(started_ministack(log_name, messages))
        pipeline = deployed_pipeline(
            endpoint,
            messages,
            context=site_context(),
            in_place_of={ISSUER: pages.issuer.url, INSTANCE: instance_arn},
        )
        pages.api_url = pipeline.deployment.query_api_url
        running.enter_context(pages.serving())
        yield Site(pipeline=pipeline, pages=pages, endpoint=endpoint)


@contextmanager
def started_ministack(log_name: str, messages: Console) -> Iterator[str]:
    """The endpoint of an emulator that runs for the length of the block."""
    with ExitStack() as running:
        with stage(messages, "Starting MiniStack") as under_way:
            endpoint = running.enter_context(ministack.running(log_file=BUILD / log_name))
            under_way.say(f"MiniStack runs on {endpoint}")
        yield endpoint


def site_context() -> dict[str, str]:
    """The settings of the deployment; its pages come from the repository, see `page_server`."""
    return {
        **local_context(),
        "connectInstanceArn": INSTANCE,
        "readSide": "api",
        "oidcIssuerUrl": ISSUER,
        "oidcAudience": AUDIENCE,
    }
