"""The names that an account, or an account's region, has only once.

All of them are here, so that two deployments can stand side by side: each `stage` has its own.
"""

import re
from dataclasses import dataclass
from typing import Final

LONGEST_STAGE: Final = 20

STAGE_ACCEPTED: Final = (
    f"1 to {LONGEST_STAGE} lower-case letters, digits and hyphens, beginning with a letter and "
    "not ending with a hyphen, without the words aws, amazon and cognito"
)

_STAGE: Final = re.compile(rf"[a-z](?:[a-z0-9-]{{0,{LONGEST_STAGE - 2}}}[a-z0-9])?")

# Cognito refuses a sign-in domain with one of them in it (its API CreateUserPoolDomain).
_REFUSED_BY_COGNITO: Final = ("aws", "amazon", "cognito")


def is_stage(value: str) -> bool:
    """Whether every name made with this stage is one that AWS takes."""
    return bool(_STAGE.fullmatch(value)) and not any(word in value for word in _REFUSED_BY_COGNITO)


@dataclass(frozen=True, slots=True)
class StageNames:
    """Names of one stage; without a stage those of an account's only deployment in a region."""

    stage: str | None = None

    def stack(self, part: str) -> str:
        """`ContactChainsStateful`, or `ContactChains-test-Stateful`."""
        return f"ContactChains-{self.stage}-{part}" if self.stage else f"ContactChains{part}"

    def alarm(self, of: str) -> str:
        """`ContactChains-AgentEvents-Errors`, or `ContactChains-test-AgentEvents-Errors`."""
        return f"{self.metrics_namespace}-{of}"

    def in_region(self, region: str) -> str:
        """Of what an account has once for all regions: the dashboard, CloudFront's policies."""
        return f"{self.metrics_namespace}-{region}"

    @property
    def metrics_namespace(self) -> str:
        """`ContactChains`, or `ContactChains-test`: the namespace of the functions' own metrics."""
        return f"ContactChains-{self.stage}" if self.stage else "ContactChains"

    @property
    def bus(self) -> str:
        """`contact-chains`, or `contact-chains-test`. Rules name it."""
        return f"contact-chains-{self.stage}" if self.stage else "contact-chains"

    @property
    def work_group(self) -> str:
        """`contact-chains`, or `contact-chains-test`: Athena's work group."""
        return self.bus

    @property
    def database(self) -> str:
        """`contact_chains`, or `contact_chains_test`: Athena wants quotes around a hyphen."""
        return self.bus.replace("-", "_")

    def sign_in_domain(self, unique: str) -> str:
        """The prefix of Cognito's domain, which no other account of the region may have either."""
        return f"{self.bus}-{unique}"
