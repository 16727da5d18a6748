// Totals as pairs of a description list.

import { element } from "./elements.js";

/** One tile per [label, text], with a look and a meaning where there is one. */
export function tiles(pairs) {
  return pairs.map(([label, text, { look, title } = {}]) =>
    element(
      "div",
      { class: "total-pair", "data-look": look, title },
      element("dt", {}, label),
      element("dd", {}, text),
    ),
  );
}

/** Dashes for what is not known yet. */
export function dashes(labels) {
  return tiles(labels.map((label) => [label, "–"]));
}
