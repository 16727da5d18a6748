"""The pages: a private bucket behind CloudFront, which hands the API's own paths on to the API.

One origin for both: browsers need no permission to ask across origins, and the pages' policy can
name exactly whom they may speak to. With two origins API and distribution would have to name each
other, which CloudFormation refuses as a circle.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from contact_queries.routes import FIRST_SEGMENTS
from infra.acknowledged import acknowledge, acknowledge_objects
from infra.data_key import TO_WRITE_LOGS, data_key, use_of_key
from infra.private_bucket import PrivateBucket
from infra.read_side.page_headers import TWO_YEARS, UNRELATED, content_security_policy
from infra.retention import log_retention
from infra.settings.settings import Settings

WEB: Final = Path(__file__).resolve().parents[2] / "web"
CONFIGURATION: Final = "config.json"

# CloudFront caches these errors for ten seconds, even where nothing else is cached, and answers any
# other client and query with them.
ERRORS: Final = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)

# CDK's bucket of assets, as cdk-nag writes it.
_ASSETS: Final = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"


class Board(Construct):
    """Bucket and distribution. The files come with `publish`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api_host: str,
        issuer_origins: Sequence[str],
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._bucket = PrivateBucket(
            self,
            "Pages",
            # The customer's key would need a grant for CloudFront, for pages that anybody may read
            # in the repository.
            key=None,
            # Safe to delete: it holds only what the repository holds.
            removal_policy=cdk.RemovalPolicy.DESTROY,
            unlogged="It holds the pages of this repository, which anybody may read, and "
            "CloudFront alone fetches them.",
        )
        # CloudFront's policies are global in an account, so each region's deployment needs its own
        # name.
        self._name = settings.names.in_region(cdk.Stack.of(self).region)
        headers = self._headers(issuer_origins)
        to_the_api = self._to_the_api(api_host, headers)
        self._distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="Contact Chains: board and chain view",
            default_root_object="index.html",
            **_own_name(self, settings),
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    self._bucket,
                    origin_access_control=cloudfront.S3OriginAccessControl(
                        self, "Access", origin_access_control_name=self._name
                    ),
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
            ),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=cdk.Duration.seconds(0))
                for status in ERRORS
            ],
            additional_behaviors={f"/{segment}*": to_the_api for segment in FIRST_SEGMENTS},
        )
        self._acknowledge_what_the_distribution_leaves_out()
        self.domain = self._distribution.distribution_domain_name
        """CloudFront's own name, to which an own name must lead."""
        self.origin = f"https://{settings.board_domain or self.domain}"

    def publish(self, configuration: Mapping[str, Any]) -> None:
        """Put the pages into the bucket, with the configuration that they read."""
        key = data_key(self, self._settings)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(self._settings),
            encryption_key=key,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # Not the role CDK would make: that one may write into every log group of the account.
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        if key:
            role.add_to_policy(use_of_key(key, *TO_WRITE_LOGS, through="logs"))
        files = deployment.BucketDeployment(
            self,
            "Files",
            role=role,
            log_group=log_group,
            destination_bucket=self._bucket,
            sources=[
                deployment.Source.asset(str(WEB)),
                deployment.Source.json_data(CONFIGURATION, dict(configuration)),
            ],
            # Their names do not change with their content, so browsers ask each time.
            cache_control=[deployment.CacheControl.no_cache()],
            distribution=self._distribution,
            # Waiting has timed out and rolled back whole deployments, and nothing depends on it:
            # with this cache control CloudFront keeps a page for a second.
            # https://github.com/aws/aws-cdk/issues/15891
            wait_for_distribution_invalidation=False,
            # A bucket that is to go must be empty.
            retain_on_delete=False,
        )
        self._acknowledge_what_cdk_gives_its_function(role, files)

    def _to_the_api(
        self, api_host: str, headers: cloudfront.IResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                api_host, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            # Answers depend on the token, so none may be cached.
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy(
                self,
                "Requests",
                origin_request_policy_name=self._name,
                comment="Contact Chains: what the query API gets to see",
                # The API needs the token and the entity tag, and its own host name as Host.
                header_behavior=cloudfront.OriginRequestHeaderBehavior.deny_list("Host"),
                # Where cookies are forwarded, CloudFront does not pass on conditional requests.
                cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
                query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.all(),
            ),
            response_headers_policy=headers,
            # CloudFront compresses what it caches; here the function does it.
            compress=False,
        )

    def _headers(self, issuer_origins: Sequence[str]) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=self._name,
            comment="Contact Chains: headers of the pages",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=content_security_policy(issuer_origins), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.seconds(TWO_YEARS), override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in UNRELATED.items()
                ]
            ),
        )

    def _acknowledge_what_the_distribution_leaves_out(self) -> None:
        for rule, reason in (
            (
                "CFR1",
                "Where people may look at the board from is the customer's rule, and who may look "
                "is asked of every request for data, from wherever it comes.",
            ),
            (
                "CFR2",
                "A web ACL has a monthly price and rules that depend on the customer's network. "
                "Every route wants a signed token, and the API's stage limits the requests.",
            ),
            (
                "CFR3",
                "Its log would hold who looked at which agent and contact: addresses and paths "
                "with ids. The API logs every request for data without them.",
            ),
            (
                "CFR4",
                "Under CloudFront's own name the lowest version cannot be chosen. With HSTS "
                "browsers of today take TLS 1.2 or 1.3; boardDomain allows no less.",
            ),
        ):
            if rule == "CFR4" and self._settings.board_domain:
                continue
            acknowledge(self._distribution, rule, reason)

    def _acknowledge_what_cdk_gives_its_function(
        self, role: iam.Role, files: deployment.BucketDeployment
    ) -> None:
        reason = (
            "CDK gives these rights to its own function, which runs while deploying only: to read "
            "the assets, to write the pages, and to have CloudFront forget what it has cached."
        )
        for finding in (
            "Action::s3:Abort*",
            "Action::s3:DeleteObject*",
            "Action::s3:GetBucket*",
            "Action::s3:GetObject*",
            "Action::s3:List*",
            f"Resource::arn:<AWS::Partition>:s3:::{_ASSETS}/*",
            "Resource::*",
        ):
            acknowledge(role, f"IAM5[{finding}]", reason)
        acknowledge_objects(role, self._bucket, "*", reason)
        for construct in cdk.Stack.of(files).node.children:
            if construct.node.id.startswith("Custom::CDKBucketDeployment"):
                acknowledge(construct, "L1", "CDK chooses the runtime of its own function.")


def _own_name(scope: Construct, settings: Settings) -> dict[str, Any]:
    """The distribution's properties for the customer's host name; empty without one."""
    if not (settings.board_domain and settings.board_certificate_arn):
        return {}
    return {
        "domain_names": [settings.board_domain],
        "certificate": acm.Certificate.from_certificate_arn(
            scope, "Certificate", settings.board_certificate_arn
        ),
        "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    }
