// Draws the times along the picture, and now.

import { day, timeOfDay } from "../page/durations.js";
import { svgElement } from "../page/elements.js";
import { LABELS_WIDTH } from "./layout.js";
import { ticks } from "./time_axis.js";

const PIXELS_PER_TICK = 90;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Lines and times from the first moment of `story` to the last. */
export function axis(story, layout) {
  const group = svgElement("g", { class: "axis", "aria-hidden": "true" });
  if (story.start === null) return group;
  const most = Math.max(2, (layout.width - LABELS_WIDTH) / PIXELS_PER_TICK);
  const offset = -new Date(story.start).getTimezoneOffset() * MINUTE;
  const { step, moments } = ticks(story.start, story.end, most, offset);
  for (const moment of moments) {
    group.append(line("tick", moment, layout), time(moment, step, layout));
  }
  if (story.isRunning) group.append(line("now", story.end, layout));
  return group;
}

function line(kind, moment, { x, top, bottom }) {
  const at = x(moment);
  return svgElement("line", { class: kind, x1: at, x2: at, y1: top - 6, y2: bottom });
}

function time(moment, step, { x, top }) {
  const place = { class: "tick-text", x: x(moment), y: top - 10, "text-anchor": "middle" };
  return svgElement("text", place, tickText(moment, step));
}

/** The text of a time on the axis; midnight shows the new day instead. */
function tickText(moment, step) {
  const time = timeOfDay(moment);
  if (step >= HOUR && time === "00:00:00") return day(moment);
  return step >= MINUTE ? time.slice(0, 5) : time;
}
