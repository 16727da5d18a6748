"""The CDK command line, from npm: where it could not be installed, these tests are skipped."""

from pathlib import Path

import pytest

from tests.acceptance.cdk_cli import CDK, CDK_TARGET

NO_COMMAND_LINE = f"no CDK command line: make {CDK_TARGET}"
HERE = Path(__file__).parent
WITHOUT_IT = {
    HERE / name
    for name in ("test_artefact.py", "test_cdk_cli.py", "test_release.py", "test_templates.py")
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CDK.exists():
        return
    for item in items:
        if item.path.is_relative_to(HERE) and item.path not in WITHOUT_IT:
            item.add_marker(pytest.mark.skip(reason=NO_COMMAND_LINE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_COMMAND_LINE in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"tests/acceptance: {count} tests skipped, {NO_COMMAND_LINE}")
