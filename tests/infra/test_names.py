"""Names that an account has once, whatever the region, tell the regions' deployments apart."""

from typing import Any

import pytest

from tests.infra.synthesized import synthesize
from tests.infra.variants import VARIANTS

# Of every type here whose names are for all regions of an account: where the name stands.
# CloudFront refuses a name that the deployment of another region has, and CloudWatch lets the
# second dashboard of a name overwrite the first (its API PutDashboard).
GLOBAL_NAMES = {
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig", "Name"),
    "AWS::CloudFront::OriginRequestPolicy": ("OriginRequestPolicyConfig", "Name"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::S3::Bucket": ("BucketName",),
}
LONGEST_REGION = "ap-southeast-99"
LONGEST_NAME = 64
"""Of an origin access control; the others may be longer."""


def given_name(resource: dict[str, Any]) -> Any:
    """None where AWS makes one up."""
    found = resource.get("Properties", {})
    for part in GLOBAL_NAMES[resource["Type"]]:
        found = found.get(part, {})
    return found or None


@pytest.mark.parametrize("variant", VARIANTS)
def test_name_that_an_account_has_once_tells_the_region(variant: str) -> None:
    synthesized = synthesize(**VARIANTS[variant])

    names = [
        synthesized.readable(name)
        for resource_type in GLOBAL_NAMES
        for resource in synthesized.resources(resource_type)
        if (name := given_name(resource))
    ]

    assert names
    for name in names:
        assert "AWS::Region" in name
        assert len(name.replace("AWS::Region", LONGEST_REGION)) <= LONGEST_NAME
