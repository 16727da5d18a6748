"""Templates for accounts without CDK's bootstrap: a parameter names the bucket with the code.

https://docs.aws.amazon.com/cdk/v2/guide/customize-synth.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from app import add_stacks, feature_flags, stacks_of

BUCKET_PARAMETER: Final = "AssetsBucket"


def prefix_of(version: str) -> str:
    """The prefix of a version's files in the bucket."""
    return f"contact-chains/{version}/"


def synthesize(folder: Path, context: Mapping[str, str], *, version: str) -> Path:
    """The cloud assembly in ``folder``. Raises ContextError and LambdaCodeError."""
    app = cdk.App(
        context={**feature_flags(), **context},
        outdir=str(folder),
        analytics_reporting=False,
        default_stack_synthesizer=cdk.DefaultStackSynthesizer(
            # CDK puts it into Fn::Sub, where the parameter's value takes its place.
            file_assets_bucket_name=f"${{{BUCKET_PARAMETER}}}",
            bucket_prefix=prefix_of(version),
            generate_bootstrap_version_rule=False,
        ),
    )
    add_stacks(app)
    for stack in stacks_of(app):
        if has_code(stack):
            cdk.CfnParameter(
                stack,
                BUCKET_PARAMETER,
                type="String",
                description="The bucket of this region into which publish.sh put the code",
            )
    app.synth()
    return folder


def has_code(stack: cdk.Stack) -> bool:
    """Whether anything in it is made of a file in the bucket."""
    return any(isinstance(each, lambda_.CfnFunction) for each in stack.node.find_all())
