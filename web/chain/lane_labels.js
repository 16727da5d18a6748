// Draws the label of each lane: whose leg it is, how it began, its queue; a link to its own view.

import { svgElement } from "../page/elements.js";
import { LABELS_WIDTH } from "./layout.js";
import { legText } from "./story.js";
import { BOLD, clipped } from "./text_width.js";

const MOST_INDENTED = 6;

/** The class of the background of a leg's lane. */
export function laneKind(leg, chosen) {
  if (leg.id === chosen) return "lane chosen";
  return leg.number % 2 ? "lane odd" : "lane even";
}

/** The labels of all lanes, as one group that can be moved. */
export function laneLabels({ lanes, top, bottom }, chosen) {
  const [width, height] = [LABELS_WIDTH, bottom - top];
  return svgElement(
    "g",
    { class: "labels" },
    svgElement("rect", { class: "ground", x: 0, y: top, width, height }),
    svgElement("line", { class: "labels-edge", x1: width, x2: width, y1: top, y2: bottom }),
    ...lanes.map((lane) => label(lane, chosen)),
  );
}

function label({ leg, y, height }, chosen) {
  const x = 10 + Math.min(leg.depth, MOST_INDENTED) * 12;
  const room = LABELS_WIDTH - x - 36;
  const link = svgElement("a", {
    class: leg.id === chosen ? "label chosen" : "label",
    href: `chain.html?contact=${encodeURIComponent(leg.id)}`,
    "aria-label": legText(leg),
    "aria-current": leg.id === chosen && "true",
  });
  link.append(
    svgElement("rect", { class: laneKind(leg, chosen), x: 0, y, width: LABELS_WIDTH, height }),
    svgElement("circle", { class: "number-ground", cx: x + 11, cy: y + 25, r: 11 }),
    text("number-text", x + 11, y + 29, String(leg.number)),
    text("label-name", x + 30, y + 22, clipped(leg.name, room, BOLD)),
    text("label-more", x + 30, y + 39, clipped(moreText(leg), room)),
  );
  return link;
}

function text(kind, x, y, content) {
  return svgElement("text", { class: kind, x, y }, content);
}

function moreText(leg) {
  return [leg.method, leg.queue].filter(Boolean).join(" · ");
}
