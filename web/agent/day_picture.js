// Draws an agent's day: one line per contact, with the bars of the chain view.

import { axis } from "../chain/axis.js";
import { barTexts, bars, notes } from "../chain/bars.js";
import { LABELS_WIDTH, LINES, layoutOf } from "../chain/layout.js";
import { legend } from "../chain/legend.js";
import { patterns } from "../chain/patterns.js";
import { boldWidth, ground } from "../chain/picture.js";
import { BOLD, clipped } from "../chain/text_width.js";
import { dayAndTime, timeOfDay, timeZone } from "../page/durations.js";
import { svgElement } from "../page/elements.js";
import { chainAddress } from "../records/contact_table.js";

/** The picture of `story`, `width` pixels wide. */
export function dayPictureOf(story, { width, name }) {
  const layout = layoutOf(story, width, boldWidth, LINES);
  const svg = svgElement("svg", {
    class: "picture",
    viewBox: `0 0 ${layout.width} ${layout.height}`,
    width: layout.width,
    height: layout.height,
    role: "group",
    "aria-label": "Picture of the day, one line per contact. The table below says the same.",
  });
  svg.append(patterns(), ground(layout), ...layout.lanes.map((lane) => lineGround(lane, layout)));
  svg.append(axis(story, layout), ...layout.lanes.map(bars), ...layout.lanes.map(barTexts));
  svg.append(...layout.lanes.map((lane) => notes(lane, layout)));
  svg.append(labels(layout), heading(name, story), legend(story, layout));
  return svg;
}

function lineGround({ leg, y, height }, { width }) {
  return svgElement("rect", { class: laneClass(leg), x: 0, y, width, height });
}

function laneClass({ number }) {
  return number % 2 ? "lane odd" : "lane even";
}

function labels({ lanes, top, bottom }) {
  const [width, height] = [LABELS_WIDTH, bottom - top];
  return svgElement(
    "g",
    { class: "labels" },
    svgElement("rect", { class: "ground", x: 0, y: top, width, height }),
    svgElement("line", { class: "labels-edge", x1: width, x2: width, y1: top, y2: bottom }),
    ...lanes.map(label),
  );
}

function label({ leg, y, height }) {
  const start = leg.start === null ? "–" : timeOfDay(leg.start);
  const about = [leg.queue, leg.record.Channel, leg.method].filter(Boolean);
  return svgElement(
    "a",
    { class: "label", href: chainAddress(leg.id), "aria-label": `${start}, ${about.join(", ")}` },
    svgElement("rect", { class: laneClass(leg), x: 0, y, width: LABELS_WIDTH, height }),
    svgElement("text", { class: "label-name", x: 10, y: y + 20 }, start),
    svgElement(
      "text",
      { class: "label-more", x: 84, y: y + 20 },
      clipped(about.slice(0, 2).join(" · "), LABELS_WIDTH - 92, BOLD),
    ),
  );
}

function heading(name, story) {
  const when = story.start === null ? "" : ` · ${dayAndTime(story.start)} · ${timeZone()}`;
  return svgElement("text", { class: "heading", x: 10, y: 20 }, `${name}${when}`);
}
