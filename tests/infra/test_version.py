"""Whoever looks at a deployed stack can tell which version it is."""

from infra.version import VERSION_OUTPUT, version
from tests.infra.synthesized import synthesize

INSTANCE = "arn:aws:connect:eu-central-1:123456789012:instance/11111111-2222-3333-4444-555555555555"


def test_every_stack_says_which_version_it_is_of() -> None:
    templates = synthesize(connectInstanceArn=INSTANCE, readSide="on").templates

    said = {each["Outputs"][VERSION_OUTPUT]["Value"] for each in templates.values()}
    assert len(templates) > 1
    assert said == {version()}
