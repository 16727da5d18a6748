"""Services that take a role, and only for the account that the role is in (confused deputy)."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct


def for_this_account(scope: IConstruct, service: str) -> iam.IPrincipal:
    """The principal of a service whose guide says that it names the account it acts for.

    EventBridge and Firehose do (each guide's page cross-service-confused-deputy-prevention).
    Lambda's guide does not say so of execution roles: with the condition functions might not start.
    """
    account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
    return iam.ServicePrincipal(service, conditions=account)
