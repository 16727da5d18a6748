// Draws who invited whom: a whole line where Amazon said so, a dashed one where it is inferred.

import { svgElement } from "../page/elements.js";
import { textGround } from "./bars.js";
import { evidenceText } from "./story.js";
import { BOLD, textWidth } from "./text_width.js";

/** The arrow to an invited leg. */
export function arrow({ leg, from, to }) {
  const kind = leg.record.LinkEvidence === "INFERRED" ? "inferred" : "stated";
  const line = `M${from.x} ${from.y}V${to.y}H${to.x - 1}`;
  return svgElement(
    "g",
    { class: `arrow ${kind}`, role: "img", "aria-label": arrowText(leg), "data-arrow": leg.id },
    svgElement("path", { class: "arrow-halo", d: line }),
    svgElement("path", { class: "arrow-line", d: line }),
    svgElement("path", { class: "arrow-head", d: `M${to.x} ${to.y}l-7 -4v8z` }),
  );
}

/** The transfer type and its evidence, on a background so that no line crosses the words. */
export function arrowLabel({ leg, from, to }, { width }) {
  const words = [leg.record.TransferType, evidenceText(leg.record.LinkEvidence)];
  const text = words.filter(Boolean).join(" · ");
  const room = textWidth(text, BOLD) + 6;
  const [x, y] = [Math.min(from.x + 5, width - room), to.y - 14];
  return svgElement(
    "g",
    { class: "arrow-label" },
    text ? textGround(x - 2, y - 11, textWidth(text, BOLD) + 4, 14) : null,
    svgElement("text", { class: "arrow-text", x, y }, text),
  );
}

function arrowText(leg) {
  const { TransferType, LinkEvidence } = leg.record;
  const how = [TransferType, evidenceText(LinkEvidence)].filter(Boolean).join(", ");
  return `Leg ${leg.inviter.number} invited leg ${leg.number}${how && `: ${how}`}`;
}
