"""Hooks of MkDocs: they bring the repository's own pages into the site and turn links to them.

On GitHub docs/README.md is the folder's map; on the site the first page is the repository's README,
and the map is pages.md.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PROJECT = Path(__file__).resolve().parent.parent
OF_THE_PROJECT = {
    "index.md": "README.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "pages.md": "docs/README.md",
}
"""Pages of the site, by where they stand in the repository."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the repository's pages, and take the map away from where it would be the first page."""
    for file in list(files):
        if file.src_uri in ("README.md", "site_hooks.py"):
            files.remove(file)
    for name, source in OF_THE_PROJECT.items():
        text = (PROJECT / source).read_text(encoding="utf-8")
        folder = (PROJECT / source).parent
        files.append(File.generated(config, name, content=_for_the_site(text, folder)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    return _for_the_site(markdown, PROJECT / "docs")


def _for_the_site(text: str, folder: Path) -> str:
    """The links of a page in ``folder`` as they are within the site."""

    def turned(link: re.Match[str]) -> str:
        label, target, anchor = link[1], link[2], link[3] or ""
        path = (folder / target).resolve()
        if not target or not path.exists():
            return link[0]
        source = path.relative_to(PROJECT).as_posix()
        if label == path.name and (title := re.match(r"# (.+)", path.read_text("utf-8"))):
            label = title[1]
        for name, of_the_project in OF_THE_PROJECT.items():
            if source == of_the_project:
                return f"[{label}]({name}{anchor})"
        if path.is_relative_to(PROJECT / "docs"):
            return f"[{label}]({path.relative_to(PROJECT / 'docs').as_posix()}{anchor})"
        # The code is not on the site.
        return label if label.startswith("`") else f"{label} (`{source}`)"

    text = re.sub(r"\[([^\]]+)\]\((?!\w+:)([^)#\s]*)(#[^)\s]*)?\)", turned, text)
    return re.sub(r"(src(?:set)?=\")docs/", r"\1", text)
