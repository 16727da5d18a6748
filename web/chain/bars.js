// Draws the bars of a leg, and beside them who did not answer.

import { timeOfDay } from "../page/durations.js";
import { svgElement } from "../page/elements.js";
import { legText } from "./story.js";
import { BOLD, textWidth } from "./text_width.js";

/** The bars of a lane; each has its step as a property, and is reachable by keyboard. */
export function bars({ leg, waiting, turns }) {
  const group = svgElement("g", { role: "group", "aria-label": legText(leg), class: "bars" });
  if (waiting) group.append(bar(waiting));
  group.append(...turns.flatMap((turn) => turn.bars.map(bar)));
  return group;
}

/** The durations on the bars of a lane, where there is room. */
export function barTexts({ waiting, turns }) {
  const all = [...(waiting ? [waiting] : []), ...turns.flatMap((turn) => turn.bars)];
  const group = svgElement("g", { class: "bar-texts", "aria-hidden": "true" });
  for (const { step, x, y, width, height } of all) {
    const text = barText(step, width);
    if (text && height > 12) group.append(chip(text, x + width / 2, y + height / 2));
  }
  return group;
}

/** The notes beside the bars of a lane: other agents, and how failed offers ended. */
export function notes(lane, layout) {
  const group = svgElement("g", { class: "notes" });
  group.append(...lane.turns.filter((turn) => turn.note).map(note));
  if (!lane.leg.record.IsSeen) group.append(unseen(lane, layout));
  return group;
}

/** The facts of a bar as lines; the first is their title. */
export function factsOf(step) {
  const start = step.start === null ? "not known" : timeOfDay(step.start);
  const end = step.isRunning ? "now" : step.end === null ? "not known" : timeOfDay(step.end);
  return [
    `${step.label}${step.duration ? ` ${step.duration}` : ""}`,
    [`Leg ${step.legNumber}`, step.agentName].filter(Boolean).join(", "),
    `${start} to ${end}`,
    step.state,
  ];
}

function bar({ step, x, y, width, height }) {
  const group = svgElement("g", {
    class: `bar look-${step.look}`,
    role: "img",
    tabindex: "-1",
    "data-bar": "yes",
    "data-running": step.isRunning && "yes",
    "aria-label": factsOf(step).join(", "),
  });
  group.step = step;
  const shape = { x, y, width, height, rx: Math.min(3, width / 2, height / 2) };
  group.append(
    svgElement("rect", { class: "bar-ground", ...shape }),
    svgElement("rect", { class: "bar-pattern", ...shape }),
  );
  if (step.isRunning) group.append(runningEnd(x + width, y, height));
  return group;
}

function barText(step, width) {
  if (!step.duration) return "";
  const long = `${step.label} ${step.duration}`;
  if (textWidth(long) + 16 < width) return long;
  return textWidth(step.duration) + 12 < width ? step.duration : "";
}

/** The duration, if there is room, on a background so that no pattern crosses it. */
function chip(text, x, y) {
  const width = textWidth(text, BOLD) + 8;
  return svgElement(
    "g",
    { class: "bar-text" },
    textGround(x - width / 2, y - 7.5, width, 15),
    svgElement("text", { x, y: y + 4, "text-anchor": "middle" }, text),
  );
}

function runningEnd(x, y, height) {
  const d = `M${x} ${y}l6 ${height / 2}l-6 ${height / 2}z`;
  return svgElement("path", { class: "running-end", d });
}

/** A note on a background, because the time in the queue, or an arrow, may go on behind it. */
function note({ note: text, noteX, noteY, isNoteBefore, turn }) {
  const width = textWidth(text, BOLD);
  const x = isNoteBefore ? noteX - width : noteX;
  return svgElement(
    "g",
    {},
    textGround(x - 2, noteY - 8, width + 4, 16),
    svgElement("text", { class: turn.failure ? "note failure" : "note", x, y: noteY + 4 }, text),
  );
}

/** A background for text, so that nothing crosses it. */
export function textGround(x, y, width, height) {
  return svgElement("rect", { class: "bar-text-ground", x, y, width, height, rx: 3 });
}

function unseen({ y }, layout) {
  return svgElement(
    "text",
    { class: "note", x: layout.start + 18, y: y + 33 },
    "Named by a later leg, seen by no source (yet)",
  );
}
