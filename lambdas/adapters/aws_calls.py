"""How the functions call AWS: how many calls at a time, how long to wait, how often to try."""

from typing import Final

from botocore.config import Config

CONCURRENT_CALLS: Final = 16
"""Throughput over threads has its knee between 8 and 16 on the one core of a small function."""

CLIENT_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONCURRENT_CALLS,
    retries={"mode": "standard", "total_max_attempts": 4},
)
