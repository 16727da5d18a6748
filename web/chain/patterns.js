// A pattern for each look, because colour alone must not tell bars apart.

import { svgElement } from "../page/elements.js";

const SIZE = 8;
const SHAPES = {
  incoming: "M-2 2l4 -4M0 8l8 -8M6 10l4 -4",
  hold: "M2 0v8M6 0v8",
  paused: "M0 2h8M0 6h8",
  work: "M2 2h.01M6 6h.01",
  failed: "M0 0l8 8M0 8l8 -8",
  none: "M-2 6l4 4M0 0l8 8M6 -2l4 4",
};

/** The definitions; a bar of look `hold` is filled with `url(#pattern-hold)`. */
export function patterns() {
  const made = Object.entries(SHAPES).map(([look, d]) =>
    svgElement(
      "pattern",
      {
        id: `pattern-${look}`,
        width: SIZE,
        height: SIZE,
        patternUnits: "userSpaceOnUse",
      },
      svgElement("path", { class: `pattern pattern-${look}`, d }),
    ),
  );
  return svgElement("defs", {}, ...made);
}
