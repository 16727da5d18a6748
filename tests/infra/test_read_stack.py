"""How much of the read side there is, and what it tells the user."""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import chain
from typing import Any

import pytest

from tests.infra.synthesized import Resource, Synthesized, synthesize

ISSUER = {
    "oidcIssuerUrl": "https://login.example.com/realms/contact-centre",
    "oidcAudience": "contact-chains",
}
READ = "ContactChainsRead"


def types(synthesized: Synthesized) -> set[str]:
    return {resource["Type"] for resource in synthesized.templates[READ]["Resources"].values()}


def test_there_is_no_read_side_unless_it_is_asked_for() -> None:
    assert READ not in synthesize().templates


@pytest.mark.parametrize("stack", ["ContactChainsStateful", "ContactChainsPipeline"])
def test_read_side_brings_the_other_stacks_indexes_and_what_looks_at_stale_contacts(
    stack: str,
) -> None:
    without, whole = (
        {
            logical_id: without_indexes(resource)
            for logical_id, resource in synthesized.but_for_the_dashboard(stack).items()
            if "GlobalSecondaryIndexName" not in str(resource)
        }
        for synthesized in (synthesize(), synthesize(readSide="on"))
    )
    whole = {each: whole[each] for each in whole if not each.startswith("StaleContacts")}

    assert whole == without


def without_indexes(resource: Resource) -> Resource:
    if resource["Type"] != "AWS::DynamoDB::Table":
        return resource
    left_out = ("GlobalSecondaryIndexes", "AttributeDefinitions")
    properties = resource["Properties"].items()
    return resource | {"Properties": {key: each for key, each in properties if key not in left_out}}


def test_whole_read_side_says_where_everything_is() -> None:
    assert synthesize(readSide="on").outputs(READ) == {
        "BoardUrl": "https://BoardDistribution.DomainName",
        "BoardDistributionDomain": "BoardDistribution.DomainName",
        "QueryApiUrl": "QueryApi.ApiEndpoint",
        "UserPoolId": "SignInPool",
        "UserPoolClientId": "SignInPoolBoard",
    }


def test_issuer_that_was_named_is_known_to_the_user_already() -> None:
    synthesized = synthesize(readSide="on", oidcClientId="board", **ISSUER)

    assert synthesized.outputs(READ).keys() == {
        "BoardUrl",
        "BoardDistributionDomain",
        "QueryApiUrl",
    }


def test_api_alone_brings_no_pages_and_no_function_of_cdk() -> None:
    synthesized = synthesize(readSide="api", **ISSUER)

    assert synthesized.outputs(READ).keys() == {"QueryApiUrl"}
    assert not [kind for kind in types(synthesized) if "CloudFront" in kind or "S3" in kind]
    assert not [kind for kind in types(synthesized) if kind.startswith("Custom::")]
    assert len(synthesized.resources("AWS::Lambda::Function")) == 4


def test_whole_read_side_brings_one_function_of_cdk_that_copies_the_pages() -> None:
    synthesized = synthesize(readSide="on")

    assert len(synthesized.resources("AWS::Lambda::Function")) == 5
    assert [kind for kind in types(synthesized) if kind.startswith("Custom::")] == [
        "Custom::CDKBucketDeployment"
    ]


@pytest.mark.parametrize(
    "context",
    [{}, {"allowedOrigins": "https://wall.example.com"}, {"oidcClientId": "board", **ISSUER}],
)
def test_no_resource_waits_for_another_that_waits_for_it(context: dict[str, str]) -> None:
    resources = synthesize(readSide="on", **context).templates[READ]["Resources"]

    waits_for = {
        name: {*_named(resource["Properties"]), *resource.get("DependsOn", [])} & set(resources)
        for name, resource in resources.items()
    }

    assert len(list(TopologicalSorter(waits_for).static_order())) == len(resources)


def _named(value: Any) -> Iterator[str]:
    """Everything that properties refer to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            yield name
        case dict():
            yield from chain.from_iterable(map(_named, value.values()))
        case list():
            yield from chain.from_iterable(map(_named, value))


def test_synthesis_has_nothing_to_say_about_the_read_side() -> None:
    assert synthesize(readSide="on").notices[READ] == []
