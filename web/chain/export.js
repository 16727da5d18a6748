// Makes files of the picture: SVG that needs no style sheet, and PNG painted from that.

import { paint } from "./paint.js";

const PICTURE_WIDTH = 1400;
const PIXELS_PER_UNIT = 2;
const KEPT = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];
const ONLY_FOR_THE_PAGE = ["class", "tabindex", "data-bar", "data-running", "data-arrow", "href"];

/** What no XML 1.0 document may hold, not even escaped: https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const REPLACEMENT = "\ufffd";

/** The picture as SVG text, in light colours; `draw(width)` draws it. */
export function svgText(draw) {
  // XMLSerializer does not check text: a name may hold characters that XML forbids.
  const text = new XMLSerializer().serializeToString(standAlone(draw));
  return text.replace(FORBIDDEN_IN_XML, REPLACEMENT);
}

/** The picture as a PNG blob, in light colours. */
export function pngBlob(draw) {
  const svg = standAlone(draw);
  const canvas = document.createElement("canvas");
  canvas.width = svg.getAttribute("width") * PIXELS_PER_UNIT;
  canvas.height = svg.getAttribute("height") * PIXELS_PER_UNIT;
  const context = canvas.getContext("2d");
  context.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
  paint(svg, context);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** A copy of the picture that has its computed styles as attributes. */
function standAlone(draw) {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  const svg = draw(PICTURE_WIDTH);
  const place = document.createElement("div");
  place.hidden = true;
  place.append(svg);
  document.body.append(place);
  root.dataset.theme = "light";
  const nodes = [svg, ...svg.querySelectorAll("*")];
  const styles = nodes.map(styleOf);
  nodes.forEach((node, at) => writeStyle(node, styles[at]));
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  place.remove();
  return svg;
}

function styleOf(node) {
  const style = getComputedStyle(node);
  return KEPT.map((property) => [property, style.getPropertyValue(property)]);
}

function writeStyle(node, style) {
  for (const [property, value] of style) if (value) node.setAttribute(property, value);
  for (const name of ONLY_FOR_THE_PAGE) node.removeAttribute(name);
}
