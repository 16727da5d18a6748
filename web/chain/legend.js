// Draws what the bars and arrows of the picture mean.

import { svgElement } from "../page/elements.js";
import { LOOK_LABELS, LOOKS } from "./states.js";
import { textWidth } from "./text_width.js";

const SWATCH = 32;
const BETWEEN = 22;
const ARROWS = [
  ["stated", "invited, stated by Amazon"],
  ["inferred", "invited, inferred from agent events"],
];

/** The looks that occur in `story`. */
export function legend(story, { bottom }) {
  const used = new Set(story.steps.map((step) => step.look));
  const looks = LOOKS.filter((look) => used.has(look));
  const group = svgElement("g", { class: "legend", "aria-hidden": "true" });
  group.append(
    ...inARow(looks, bottom + 32, (look) => LOOK_LABELS[look], swatch),
    ...inARow(arrowsOf(story), bottom + 51, ([, meaning]) => meaning, shortArrow),
  );
  return group;
}

/** The arrows that occur in `story`; a chain of one leg has none. */
function arrowsOf(story) {
  return story.legs.some((leg) => leg.inviter) ? ARROWS : [];
}

/** Sign and text of each entry, one after the other on the line `y`. */
function inARow(entries, y, textOf, sign) {
  let x = 10;
  return entries.flatMap((entry) => {
    const text = textOf(entry);
    const nodes = [sign(entry, x, y - 4), svgElement("text", { x: x + SWATCH, y }, text)];
    x += SWATCH + textWidth(text) + BETWEEN;
    return nodes;
  });
}

function swatch(look, x, y) {
  const height = look === "queue" || look === "failed" ? 6 : 14;
  const shape = { x, y: y - height / 2, width: 26, height, rx: 3 };
  return svgElement(
    "g",
    { class: `bar look-${look}` },
    svgElement("rect", { class: "bar-ground", ...shape }),
    svgElement("rect", { class: "bar-pattern", ...shape }),
  );
}

function shortArrow([kind], x, y) {
  return svgElement(
    "g",
    { class: `arrow ${kind}` },
    svgElement("path", { class: "arrow-line", d: `M${x} ${y}H${x + 20}` }),
    svgElement("path", { class: "arrow-head", d: `M${x + 26} ${y}l-7 -4v8z` }),
  );
}
