"""The pages as they are deployed: who may fetch them, with which headers, and what they read."""

import json
from pathlib import Path
from typing import Any

import pytest

from contact_queries.routes import FIRST_SEGMENTS, SCOPES
from infra.read_side.board import WEB
from infra.read_side.page_headers import content_security_policy, page_headers
from tests.infra.synthesized import Synthesized, synthesize
from tests.infra.usual_settings import ISSUER
from tests.infra.variants import OWN_NAME

OIDC = {"oidcIssuerUrl": ISSUER, "oidcAudience": "contact-chains", "oidcClientId": "board"}
COGNITO = [
    "https://cognito-idp.AWS::Region.AWS::URLSuffix",
    "https://SignInPoolDomain.auth.AWS::Region.amazoncognito.com",
]
MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def distribution(synthesized: Synthesized) -> dict[str, Any]:
    properties = synthesized.properties("AWS::CloudFront::Distribution")
    return dict(properties["DistributionConfig"])


def behaviors_of_the_api(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    behaviors = distribution(synthesized)["CacheBehaviors"]
    return {behavior["PathPattern"]: behavior for behavior in behaviors}


def policy_sent(synthesized: Synthesized) -> dict[str, Any]:
    policy = synthesized.properties("AWS::CloudFront::ResponseHeadersPolicy")
    return dict(policy["ResponseHeadersPolicyConfig"])


def configuration(synthesized: Synthesized) -> dict[str, Any]:
    """config.json as it is put into the bucket, references by their names."""
    deployment = synthesized.properties("Custom::CDKBucketDeployment")
    [(markers, path)] = [
        (markers, path)
        for markers, key in zip(
            deployment["SourceMarkers"], deployment["SourceObjectKeys"], strict=True
        )
        for path in _files_of(synthesized, key)
        if path.name == "config.json"
    ]
    text = path.read_text("utf-8")
    for marker, value in markers.items():
        text = text.replace(marker, synthesized.readable(value))
    return dict(json.loads(text))


def _files_of(synthesized: Synthesized, key: str) -> list[Path]:
    return list((synthesized.assets / f"asset.{key.removesuffix('.zip')}").rglob("*.*"))


def test_bucket_is_private_encrypted_and_refuses_everything_but_tls() -> None:
    synthesized = synthesize(readSide="on")

    bucket = synthesized.properties("AWS::S3::Bucket", "BoardPages")
    statements = synthesized.properties("AWS::S3::BucketPolicy", "BoardPagesPolicy")[
        "PolicyDocument"
    ]["Statement"]

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "WebsiteConfiguration" not in bucket
    assert statements[0]["Effect"] == "Deny"
    assert statements[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_bucket_is_read_by_its_distribution_and_by_nobody_else() -> None:
    synthesized = synthesize(readSide="on")

    (_, allowed) = synthesized.properties("AWS::S3::BucketPolicy", "BoardPagesPolicy")[
        "PolicyDocument"
    ]["Statement"]
    control = synthesized.properties("AWS::CloudFront::OriginAccessControl")
    (pages,) = [
        origin
        for origin in distribution(synthesized)["Origins"]
        if synthesized.readable(origin["DomainName"]) == "BoardPages.RegionalDomainName"
    ]

    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    (of_distribution,) = allowed["Condition"]["StringEquals"].values()
    assert synthesized.readable(of_distribution).endswith(":distribution/BoardDistribution")
    assert control["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    assert "OriginAccessControlId" in pages


def test_pages_and_api_have_one_origin_and_nothing_goes_without_tls() -> None:
    synthesized = synthesize(readSide="on")

    config = distribution(synthesized)
    behaviors = behaviors_of_the_api(synthesized)
    (api,) = [
        origin
        for origin in config["Origins"]
        if origin["Id"] == behaviors["/contacts*"]["TargetOriginId"]
    ]

    assert set(behaviors) == {f"/{segment}*" for segment in FIRST_SEGMENTS}
    assert synthesized.readable(api["DomainName"]) == (
        "QueryApi.execute-api.AWS::Region.AWS::URLSuffix"
    )
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert {behavior["ViewerProtocolPolicy"] for behavior in behaviors.values()} == {"https-only"}


def test_answers_of_the_api_are_never_cached_and_token_and_entity_tag_reach_it() -> None:
    synthesized = synthesize(readSide="on")

    policy = synthesized.properties("AWS::CloudFront::OriginRequestPolicy")[
        "OriginRequestPolicyConfig"
    ]

    for behavior in behaviors_of_the_api(synthesized).values():
        assert behavior["CachePolicyId"] == MANAGED_CACHING_DISABLED
        assert synthesized.readable(behavior["OriginRequestPolicyId"]) == "BoardRequests"
        assert set(behavior["AllowedMethods"]) == {"GET", "HEAD"}
    assert policy["HeadersConfig"] == {"HeaderBehavior": "allExcept", "Headers": ["Host"]}
    assert policy["CookiesConfig"] == {"CookieBehavior": "none"}
    assert policy["QueryStringsConfig"] == {"QueryStringBehavior": "all"}


def test_no_error_that_one_person_got_is_kept_for_another() -> None:
    errors = distribution(synthesize(readSide="on"))["CustomErrorResponses"]

    assert {400, 403, 404, 500, 502, 503, 504} <= {error["ErrorCode"] for error in errors}
    assert {error["ErrorCachingMinTTL"] for error in errors} == {0}
    assert not [error for error in errors if "ResponsePagePath" in error]


def test_no_page_is_hidden_by_a_path_of_the_api() -> None:
    names = {path.name for path in WEB.iterdir()}

    assert {"index.html", "chain.html", "session.html"} <= names
    assert not [name for name in names if name.startswith(FIRST_SEGMENTS)]


@pytest.mark.parametrize(
    ("context", "issuer_origins"), [({}, COGNITO), (OIDC, ["https://login.example.com"])]
)
def test_pages_load_nothing_from_elsewhere_and_speak_to_their_issuer_alone(
    context: dict[str, str], issuer_origins: list[str]
) -> None:
    synthesized = synthesize(readSide="on", **context)

    security = policy_sent(synthesized)["SecurityHeadersConfig"]["ContentSecurityPolicy"]

    text = synthesized.readable(security["ContentSecurityPolicy"])
    assert text == content_security_policy(issuer_origins)
    assert text.startswith(f"default-src 'self'; connect-src 'self' {' '.join(issuer_origins)}; ")
    assert "frame-ancestors 'none'" in text
    assert "unsafe" not in text


def test_headers_of_the_distribution_are_those_that_are_tried_out_locally() -> None:
    synthesized = synthesize(readSide="on", **OIDC)

    policy = policy_sent(synthesized)
    security = policy["SecurityHeadersConfig"]

    assert page_headers(["https://login.example.com"]) == {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Strict-Transport-Security": (
            f"max-age={security['StrictTransportSecurity']['AccessControlMaxAgeSec']}"
        ),
        "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"] else "",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]},
    }
    assert all(header["Override"] for header in security.values())


def test_every_behavior_sends_these_headers() -> None:
    synthesized = synthesize(readSide="on")

    config = distribution(synthesized)
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]

    assert {
        synthesized.readable(behavior["ResponseHeadersPolicyId"]) for behavior in behaviors
    } == {"BoardHeaders"}


def test_pages_are_told_where_to_ask_and_who_signs_in() -> None:
    assert configuration(synthesize(readSide="on")) == {
        "issuer": "https://cognito-idp.AWS::Region.AWS::URLSuffix/SignInPool",
        "clientId": "SignInPoolBoard",
        "scopes": ["openid", *SCOPES],
    }


def test_pages_ask_an_issuer_that_was_named_for_a_token_that_can_be_renewed() -> None:
    assert configuration(synthesize(readSide="on", **OIDC)) == {
        "issuer": ISSUER,
        "clientId": "board",
        "scopes": ["openid", *SCOPES, "offline_access"],
    }


def test_board_without_a_name_of_its_own_has_the_one_that_cloudfront_makes_up() -> None:
    config = distribution(synthesize(readSide="on"))

    assert "Aliases" not in config
    assert "ViewerCertificate" not in config


def test_board_under_its_own_name_has_its_certificate_and_no_old_tls() -> None:
    synthesized = synthesize(**OWN_NAME)

    config = distribution(synthesized)

    assert config["Aliases"] == ["board.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": OWN_NAME["boardCertificateArn"],
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    outputs = synthesized.outputs("ContactChainsRead")
    assert outputs["BoardUrl"] == "https://board.example.com"
    assert outputs["BoardDistributionDomain"] == "BoardDistribution.DomainName"


def test_pages_of_any_name_ask_their_own_origin() -> None:
    own, made_up = synthesize(**OWN_NAME), synthesize(readSide="on")

    assert configuration(own).keys() == {"issuer", "clientId", "scopes"}
    assert policy_sent(own) == policy_sent(made_up)


def test_pages_are_those_of_the_repository_and_browsers_ask_for_changes() -> None:
    synthesized = synthesize(readSide="on")

    deployment = synthesized.properties("Custom::CDKBucketDeployment")

    uploaded = {
        path.relative_to(folder).as_posix()
        for key in deployment["SourceObjectKeys"][:1]
        for folder in [synthesized.assets / f"asset.{key.removesuffix('.zip')}"]
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert uploaded == {
        path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file()
    }
    assert deployment["SystemMetadata"] == {"cache-control": "no-cache"}
    assert deployment["Prune"] is True
    assert synthesized.readable(deployment["DistributionId"]) == "BoardDistribution"


def test_function_that_copies_the_pages_may_write_them_and_nothing_else_of_ours() -> None:
    synthesized = synthesize(readSide="on")

    role = synthesized.only("AWS::IAM::Role", "BoardRole")["Properties"]
    rights = synthesized.rights_of_role({"Fn::GetAtt": [_id_of(synthesized, "BoardRole"), "Arn"]})

    assert "ManagedPolicyArns" not in role
    assert {resource for action, resource in rights if action.startswith("logs:")} == {
        "BoardLogs.Arn"
    }
    written = {
        resource
        for action, resource in rights
        if action.startswith(("s3:Put", "s3:Delete", "s3:Abort"))
    }
    assert written == {"BoardPages.Arn", "BoardPages.Arn/*"}
    assert {action.split(":")[0] for action, _ in rights} == {"s3", "logs", "cloudfront"}


def _id_of(synthesized: Synthesized, name: str) -> str:
    resources = synthesized.templates["ContactChainsRead"]["Resources"]
    (logical_id,) = [each for each in resources if each[:-8] == name]
    return str(logical_id)


def test_bucket_goes_with_its_stack_and_is_emptied_first() -> None:
    synthesized = synthesize(readSide="on")

    assert synthesized.only("AWS::S3::Bucket", "BoardPages")["DeletionPolicy"] == "Delete"
    assert synthesized.properties("Custom::CDKBucketDeployment")["RetainOnDelete"] is False


def test_deployment_does_not_wait_until_cloudfront_has_forgotten_the_old_pages() -> None:
    """Waiting has failed deployments: https://github.com/aws/aws-cdk/issues/15891"""
    copied = synthesize(readSide="on").properties("Custom::CDKBucketDeployment")

    assert copied["WaitForDistributionInvalidation"] is False
    assert copied["SystemMetadata"] == {"cache-control": "no-cache"}
