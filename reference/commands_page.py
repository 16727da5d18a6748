"""docs/command-line.md: the help of every command, as cyclopts writes it in Markdown."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cyclopts import App

from cli.__main__ import command_line
from reference.markdown import page, paragraph

_ABOUT: Final = """\
Every command with its options and examples, as `contact-chains COMMAND --help` prints it. What to
use when: [ask.md](ask.md) to ask, [commands.md](commands.md) to operate.

`make setup` installs the command as `.venv/bin/contact-chains`; it runs in any folder.
`pip install .` in a clone is enough for somebody who only asks and operates."""

_SHARED: Final = re.compile(
    r"\n\*\*Deployment\*\*:\n(?P<about>.*?)(?P<options>(?:^\* .+\n?)+)", re.MULTILINE | re.DOTALL
)
"""A group of options that most commands have: said once, at the end of the page."""

_HEADING: Final = "Deployment options"


def commands_page() -> str:
    app = command_line()
    text = app.generate_docs(flatten_commands=True, heading_level=2)
    text, _, _ = text.partition("## contact-chains --")
    _, *sections = re.split(r"^## contact-chains (?=\w)", text, flags=re.MULTILINE)
    return page(
        "Command line",
        [
            _ABOUT,
            *_overview(app),
            *(_section(app, each) for each in sections),
            *_shared_options(sections),
        ],
    )


def _overview(app: App) -> Iterator[str]:
    text = app.generate_docs(recursive=False, heading_level=2)
    for group, lines in re.findall(r"^\*\*(.+?)\*\*:\n\n((?:\* .+\n?)+)", text, re.MULTILINE):
        commands = re.findall(r"`([\w-]+)`\]\S+: (.+)", lines)
        if commands and not commands[0][0].startswith("--"):
            yield f"**{group}**"
            yield "\n".join(f"- [`{name}`](#{name}): {purpose}" for name, purpose in commands)


def _section(app: App, section: str) -> str:
    name, _, text = section.partition("\n")
    link = f"\nAlso the [deployment options](#{_HEADING.lower().replace(' ', '-')}).\n"
    # cyclopts puts the name of the running process into the usage of nested commands.
    text = re.sub(
        rf"^(contact-chains {name})(?: -m)? [\w.]*[a-z][\w.]*", r"\1", text, flags=re.MULTILINE
    )
    lines = _SHARED.sub(link, text).strip().splitlines()
    return f"## {name}\n\n" + "\n".join(map(_filled, lines)) + _examples(app, name.split())


def _filled(line: str) -> str:
    """The line, wrapped; links to commands lead to headings of this page."""
    if line.startswith("* "):
        return paragraph(line[2:].replace("](#contact-chains-", "](#"), indent="- ")
    return line if line.startswith("contact-chains") else paragraph(line)


def _examples(app: App, names: Sequence[str]) -> str:
    for name in names:
        app = app[name]
    epilogue = app.help_epilogue
    return f"\n\n```text\n{epilogue.strip()}\n```" if epilogue else ""


def _shared_options(sections: Sequence[str]) -> Iterator[str]:
    found = [match for each in sections if (match := _SHARED.search(each))]
    yield f"## {_HEADING}"
    yield paragraph(" ".join(found[0]["about"].split()))
    options = dict.fromkeys(line for each in found for line in each["options"].split("\n"))
    yield "\n".join(map(_filled, filter(None, options)))
