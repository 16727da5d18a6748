// Draws who invited whom: a whole line where Amazon said so, a dashed one where it is inferred.

import { svgElement } from "../page/elements.js";
import { evidenceText } from "./story.js";

/** The arrow to an invited leg, with what came of it and how it is known. */
export function arrow({ leg, from, to }) {
  const kind = leg.record.LinkEvidence === "INFERRED" ? "inferred" : "stated";
  const line = `M${from.x} ${from.y}V${to.y}H${to.x - 1}`;
  const label = [leg.record.TransferType, evidenceText(leg.record.LinkEvidence)];
  return svgElement(
    "g",
    { class: `arrow ${kind}`, role: "img", "aria-label": arrowText(leg), "data-arrow": leg.id },
    svgElement("path", { class: "arrow-halo", d: line }),
    svgElement("path", { class: "arrow-line", d: line }),
    svgElement("path", { class: "arrow-head", d: `M${to.x} ${to.y}l-7 -4v8z` }),
    svgElement(
      "text",
      { class: "arrow-text", x: from.x + 5, y: to.y - 14 },
      label.filter(Boolean).join(" · "),
    ),
  );
}

function arrowText(leg) {
  const { TransferType, LinkEvidence } = leg.record;
  const how = [TransferType, evidenceText(LinkEvidence)].filter(Boolean).join(", ");
  return `Leg ${leg.inviter.number} invited leg ${leg.number}${how && `: ${how}`}`;
}
