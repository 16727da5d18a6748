"""The software bill of materials (CycloneDX): the functions' pinned requirements."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.builder.this import this_component
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement


def sbom(requirements: Path, *, version: str) -> str:
    """A document of one component for each line of a locked requirements.txt."""
    bom = Bom()
    bom.metadata.tools.components.add(this_component())
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name="contact-chains",
        version=version,
        bom_ref=f"contact-chains@{version}",
    )
    components = list(_components(requirements))
    for component in components:
        bom.components.add(component)
    bom.register_dependency(bom.metadata.component, components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _components(requirements: Path) -> Iterator[Component]:
    for name, version, hashes in locked(requirements):
        url = PackageURL(type="pypi", name=name, version=version)
        yield Component(
            type=ComponentType.LIBRARY,
            name=name,
            version=version,
            purl=url,
            bom_ref=str(url),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes],
        )


def locked(requirements: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 hashes of every file of it that is published."""
    text = requirements.read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        named, *hashes = line.split(" --hash=sha256:")
        requirement = Requirement(named.strip())
        (pinned,) = requirement.specifier
        yield requirement.name, pinned.version, [each.split()[0] for each in hashes]


def of_wheels(requirements: Path) -> Iterator[tuple[str, bytes]]:
    """The SBOMs that wheels bring along (PEP 770), by file name: of compiled code within them.

    As they are installed here. Those of another processor list the same sources.
    """
    for name, _, _ in locked(requirements):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue
        for file in files:
            if file.parent.name == "sboms":
                yield f"{name}-{file.name}", Path(str(file.locate())).read_bytes()
