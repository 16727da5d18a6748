// Draws a chain as SVG: one lane per leg, time from left to right.

import { dayAndTime, timeZone } from "../page/durations.js";
import { svgElement } from "../page/elements.js";
import { arrow, arrowLabel } from "./arrows.js";
import { axis } from "./axis.js";
import { barTexts, bars, notes } from "./bars.js";
import { laneKind, laneLabels } from "./lane_labels.js";
import { layoutOf } from "./layout.js";
import { legend } from "./legend.js";
import { patterns } from "./patterns.js";
import { BOLD, textWidth } from "./text_width.js";

/** The picture of `story`, `width` pixels wide; `chosen` is the id of the leg that is marked. */
export function pictureOf(story, { width, chosen, chainId }) {
  const layout = layoutOf(story, width, boldWidth);
  const svg = svgElement("svg", {
    class: "picture",
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${layout.width} ${layout.height}`,
    width: layout.width,
    height: layout.height,
    role: "group",
    "aria-label": "Picture of the chain, one row per leg. The table below says the same.",
  });
  svg.append(patterns(), ground(layout), ...laneGrounds(layout, chosen), axis(story, layout));
  svg.append(...layout.lanes.map(bars), ...layout.arrows.map(arrow));
  // Last, so that words are drawn above all lines.
  svg.append(...layout.lanes.map(barTexts), ...layout.lanes.map((lane) => notes(lane, layout)));
  svg.append(...layout.arrows.map((each) => arrowLabel(each, layout)));
  svg.append(laneLabels(layout, chosen), heading(chainId, story), legend(story, layout));
  return svg;
}

/** Measures text as if it were bold, so that there is room for it in either weight. */
export function boldWidth(text) {
  return textWidth(text, BOLD);
}

export function ground({ width, height }) {
  return svgElement("rect", { class: "ground", width, height });
}

function laneGrounds({ lanes, width }, chosen) {
  return lanes.map(({ leg, y, height }) =>
    svgElement("rect", { class: laneKind(leg, chosen), x: 0, y, width, height }),
  );
}

function heading(chainId, story) {
  const when = story.start === null ? "" : ` · ${dayAndTime(story.start)} · ${timeZone()}`;
  return svgElement("text", { class: "heading", x: 10, y: 20 }, `Contact chain ${chainId}${when}`);
}
