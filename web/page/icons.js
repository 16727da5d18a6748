// The icons: one path each in a box of 24 by 24, drawn as a line in the colour of the text.

import { setAttribute, svgElement } from "./elements.js";

const PATHS = {
  available: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M8 12.5l2.8 2.8L16 9.5",
  contact:
    "M4 14v-2a8 8 0 0 1 16 0v2M3 13.5h4v6H4.5a1.5 1.5 0 0 1-1.5-1.5z" +
    "M21 13.5h-4v6h2.5a1.5 1.5 0 0 0 1.5-1.5zM19.5 19.5c0 1.7-2 2.5-5.5 2.5",
  incoming: "M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15zM10 22h4M3 8a8 8 0 0 1 2-4M21 8a8 8 0 0 0-2-4",
  hold: "M8 5v14M9 5v14M15 5v14M16 5v14",
  paused: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M10 9v6M14 9v6",
  work: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
  failed: "M12 3.5 22 20.5H2zM12 10v4.5M12 17.5h.01",
  monitoring:
    "M2 12c2.5-4.5 6-6.5 10-6.5s7.5 2 10 6.5c-2.5 4.5-6 6.5-10 6.5S4.5 16.5 2 12z" +
    "M9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
  custom: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v5l3.5 2",
  silent:
    "M3 3l18 18M5 12.5a10 10 0 0 1 3.5-2.3M12.5 9.2a10 10 0 0 1 6.5 3.3" +
    "M8.5 16a5 5 0 0 1 5-1.2M2 9a15 15 0 0 1 4-2.6M10.5 5a15 15 0 0 1 11.5 4M12 20h.01",
  voice:
    "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
  chat: "M4 4h16v12H11l-5 4v-4H4z",
  task:
    "M7 4h10a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z" +
    "M9 4V2.5h6V4M9 12.5l2.2 2.2 4-4.4",
  email: "M3 6h18v13H3zM3.5 7l8.5 6 8.5-6",
};

/** A decorative icon. */
export function icon(name) {
  const path = svgElement("path", { d: PATHS[name] });
  return svgElement("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/** Lets an icon show another picture. */
export function setIcon(node, name) {
  setAttribute(node.firstChild, "d", PATHS[name]);
}
