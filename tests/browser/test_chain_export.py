"""What is taken along from the chain view: PNG, SVG, JSON, paper."""

import json
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from tests.browser import synthetic_chains
from tests.browser.screen import Screen
from tests.browser.site import Reply

SVG = "{http://www.w3.org/2000/svg}"
SIZE_AND_COLOURS_OF_PNG = """async base64 => {
  const bytes = Uint8Array.from(atob(base64), each => each.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
  const {width, height} = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const parts = each => [each & 255, each >> 8 & 255, each >> 16 & 255];
  return [width, height, [...new Set(pixels)].map(parts)];
}"""
"""The browser reads pictures itself, which takes Python ten seconds."""


def exported(screen: Screen, kind: str, folder: Path) -> Path:
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name=kind, exact=True).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_json_is_the_answer_of_the_api(screen: Screen, tmp_path: Path) -> None:
    chain = synthetic_chains.whole_story()
    screen.open_chain(chain, now=synthetic_chains.WHOLE_STORY_SECONDS)

    file = exported(screen, "JSON", tmp_path)

    assert file.name == "chain-7f2d0c1e-root.json"
    assert json.loads(file.read_text("utf-8")) == chain


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_svg_stands_alone_and_is_light(screen: Screen, tmp_path: Path, scheme: str) -> None:
    screen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)

    text = exported(screen, "SVG", tmp_path).read_text("utf-8")
    picture = ET.fromstring(text)

    assert picture.tag == f"{SVG}svg"
    assert "var(" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    texts = {node.text for node in picture.iter(f"{SVG}text")}
    assert {"ada", "Connected 2:54", "CONSULT · inferred", "✕ ben missed after 0:20"} <= texts
    ground = picture.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == "rgb(255, 255, 255)"
    known = {f'url("#{node.get("id")}")' for node in picture.iter(f"{SVG}pattern")}
    used = {fill for node in picture.iter() if "url" in (fill := node.get("fill") or "")}
    assert used
    assert used <= known


@pytest.mark.parametrize(
    ("name", "exported_name"),
    [
        ("a\0b\x01c\x0bd\x1be\x1f", "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd"),
        ("a\ufffeb\uffffc", "a\ufffdb\ufffdc"),
        ("a\x7fb\x85c\x9bd", "a\ufffdb\ufffdc\ufffdd"),
        ("\u202eada\u200f\u2067 \u05d0", "\ufffdada\ufffd\ufffd \u05d0"),
        ("</b>&amp;]]>\"'", "</b>&amp;]]>\"'"),
        ("<!--<?x ?>", "<!--<?x ?>"),
        ("\U0001f4de", "\U0001f4de"),
    ],
    ids=["C0", "no characters", "C1", "right to left", "markup", "declarations", "beyond 16 bits"],
)
def test_svg_is_well_formed_whatever_a_name_holds(
    screen: Screen, tmp_path: Path, name: str, exported_name: str
) -> None:
    """What XML 1.0 forbids, or nobody sees, is replaced: https://www.w3.org/TR/xml/#charsets"""
    chain = synthetic_chains.cold_transfer()
    chain["Legs"][1]["Agent"]["Username"] = name
    chain["Legs"][1]["Queue"]["Name"] = name
    screen.open_chain(chain)

    picture = ET.fromstring(exported(screen, "SVG", tmp_path).read_bytes())

    texts = {node.text for node in picture.iter(f"{SVG}text")}
    assert {exported_name, f"TRANSFER \N{MIDDLE DOT} {exported_name}"} <= texts
    labels = [node.get("aria-label") or "" for node in picture.iter()]
    assert f"Leg 2, {exported_name}, TRANSFER, {exported_name}" in labels


def test_svg_is_well_formed_when_half_a_character_is_left(screen: Screen, tmp_path: Path) -> None:
    chain = synthetic_chains.cold_transfer()
    chain["Legs"][1]["Agent"]["Username"] = "HALF"
    text = json.dumps(chain).replace("HALF", "a\\ud83d")
    screen.site.routes["/api/contacts/c-first/chain"] = lambda _: Reply(200, text)
    screen.page.goto(f"{screen.site.url}/chain.html?contact=c-first")

    picture = ET.fromstring(exported(screen, "SVG", tmp_path).read_bytes())

    assert "a\ufffd" in {node.text for node in picture.iter(f"{SVG}text")}


def test_exports_leave_the_page_as_it_was(screen: Screen, tmp_path: Path) -> None:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)
    screen.page.get_by_label("Colours").select_option("Dark")
    before = screen.page.content()

    exported(screen, "SVG", tmp_path)
    exported(screen, "PNG", tmp_path)

    assert screen.page.content() == before


def test_png_shows_the_bars_of_the_picture(screen: Screen, tmp_path: Path) -> None:
    screen.open_chain(synthetic_chains.whole_story(), now=synthetic_chains.WHOLE_STORY_SECONDS)

    png = b64encode(exported(screen, "PNG", tmp_path).read_bytes()).decode()
    width, height, colours = screen.page.evaluate(SIZE_AND_COLOURS_OF_PNG, png)

    assert width == 2800
    assert height > 800
    assert [255, 255, 255] in colours
    assert [0x2A, 0x78, 0xD0] in colours, "connected"
    assert [0xE0, 0x66, 0x2A] in colours, "on hold"
    assert [0xB9, 0x83, 0x00] in colours, "ringing"
    assert len(colours) > 100, "text has edges of many shades"


def test_paper_shows_the_whole_picture_in_light_colours(screen: Screen) -> None:
    screen.page.emulate_media(color_scheme="dark")
    # Chromium takes a second for the PDF of ten legs.
    screen.open_chain(synthetic_chains.of_many_legs(4, 300))
    screen.page.get_by_role("button", name="Larger").click()

    screen.page.emulate_media(media="print", color_scheme="dark")
    screen.page.evaluate("dispatchEvent(new Event('beforeprint'))")

    picture = screen.page.locator("svg.picture")
    box = picture.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1600
    ground = picture.locator(".ground").first
    assert ground.evaluate("node => getComputedStyle(node).fill") == "rgb(255, 255, 255)"
    for name in ("PNG", "SVG", "JSON", "Print", "Larger", "Show"):
        expect(screen.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(screen.page.locator("#legs tbody tr")).to_have_count(4)
    assert screen.page.pdf().startswith(b"%PDF")

    screen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    width = picture.evaluate("svg => svg.width.baseVal.value")
    assert width > 2 * 1200
