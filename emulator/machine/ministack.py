"""Starts MiniStack, an AWS emulator from PyPI, on loopback, and stops it with all it started.

An emulator shows that the pieces fit together; it proves nothing about AWS itself.
"""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from emulator.errors import EmulatorError
from emulator.machine.process_group import process_group, tail

HOST = "127.0.0.1"
START_SECONDS = 120.0
ANSWER_SECONDS = 5.0
PORTS = range(20_000, 30_000)
"""None that the system itself hands out, to a server or for the near end of a connection."""
MINISTACK_PROCESS = Path(__file__).with_name("ministack_process.py")


@contextmanager
def running(*, log_file: Path) -> Iterator[str]:
    """Run MiniStack for the length of the block; yields its endpoint, `http://127.0.0.1:<port>`."""
    with tempfile.TemporaryDirectory(prefix="ministack-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        port = _free_port()
        with process_group(
            # Without -P Python would import this module instead of the package ministack.
            [sys.executable, "-P", str(MINISTACK_PROCESS)],
            cwd=folder,
            env=_environment(port=port, folder=folder),
            log_file=log_file,
        ) as process:
            _wait_until_healthy(process, port=port, log_file=log_file)
            yield f"http://{HOST}:{port}"


def _free_port() -> int:
    """A random free port, which no other program is likely to take before MiniStack does."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def _environment(*, port: int, folder: Path) -> dict[str, str]:
    """All that MiniStack gets to see. Its Lambda workers inherit it, so nothing of the user's own
    settings (profiles, proxies, endpoints) may be in it.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": HOST,  # the default is every interface
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        # Off, because each would listen on one more port.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Without this it removes containers of other MiniStacks from the user's Docker at start.
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _wait_until_healthy(process: subprocess.Popen[bytes], *, port: int, log_file: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EmulatorError(
                f"MiniStack ended with exit code {process.returncode}.\n{tail(log_file)}"
            )
        if _is_healthy(port):
            return
        time.sleep(0.05)
    raise EmulatorError(f"MiniStack gave no answer within {START_SECONDS:.0f} s.\n{tail(log_file)}")


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
