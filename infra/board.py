"""The pages: a private bucket behind CloudFront, which hands the API's own paths on to the API.

One origin for both: browsers need no permission to ask across origins, and the pages' policy can
name exactly whom they may speak to. With two origins API and distribution would have to name each
other, which CloudFormation refuses as a circle.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.page_headers import TWO_YEARS, UNRELATED, content_security_policy
from infra.query_routes import FIRST_SEGMENTS

WEB: Final = Path(__file__).resolve().parent.parent / "web"
CONFIGURATION: Final = "config.json"

# All that CloudFront would keep for ten seconds even where nothing is cached, and give to whoever
# asks next, whatever the query and whoever it is.
ERRORS: Final = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


class Board(Construct):
    """Bucket and distribution. The files come with `publish`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, api_host: str, issuer_origins: Sequence[str]
    ) -> None:
        super().__init__(scope, construct_id)
        self._bucket = s3.Bucket(
            self,
            "Pages",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            # Nothing in it that is not in the repository.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        headers = self._headers(issuer_origins)
        to_the_api = self._to_the_api(api_host, headers)
        self._distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="Contact Chains: board and chain view",
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self._bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
            ),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=cdk.Duration.seconds(0))
                for status in ERRORS
            ],
            additional_behaviors={f"/{segment}*": to_the_api for segment in FIRST_SEGMENTS},
        )
        self.origin = f"https://{self._distribution.distribution_domain_name}"

    def publish(self, configuration: Mapping[str, Any]) -> None:
        """Put the pages into the bucket, with the configuration that they read."""
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # Not the role CDK would make: that one may write into every log group of the account.
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        deployment.BucketDeployment(
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
            # A bucket that is to go must be empty.
            retain_on_delete=False,
        )

    def _to_the_api(
        self, api_host: str, headers: cloudfront.IResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                api_host, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            # Every answer depends on who asks.
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy(
                self,
                "Requests",
                comment="Contact Chains: what the query API gets to see",
                # The token and the entity tag, among others; its own host name it must see itself.
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
