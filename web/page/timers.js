// All running timers of the page: one loop a second updates those that are in the document.

import { clockText } from "./durations.js";
import { element, setAttribute, setText } from "./elements.js";
import { markTooLong } from "./thresholds.js";

/** An element that shows a running time; `setSince` sets its beginning. */
export function timer() {
  return element("time", { class: "timer" });
}

/**
 * Lets `node` count from `timestamp`; without one it shows nothing. After `most` seconds, if any
 * are given, it is marked as too long.
 */
export function setSince(node, timestamp, now, most) {
  setAttribute(node, "datetime", timestamp);
  node.most = most;
  node.since = timestamp ? Date.parse(timestamp) : undefined;
  show(node, now);
}

/** Calls `tick(now)` at every full second of `clock` while the page is visible. */
export function runTimers(clock, tick) {
  let waiting;
  const beat = () => {
    clearTimeout(waiting);
    if (document.hidden) return;
    const now = clock.now();
    for (const node of document.querySelectorAll("time.timer")) show(node, now);
    tick(now);
    waiting = setTimeout(beat, 1000 - (now % 1000));
  };
  document.addEventListener("visibilitychange", beat);
  beat();
}

function show(node, now) {
  setText(node, node.since === undefined ? "" : clockText(now - node.since));
  markTooLong(node, now - (node.since ?? now), node.most);
}
