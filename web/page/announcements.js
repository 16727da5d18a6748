// What a screen reader is told by itself: few things, one after the other.

let waiting = [];

/** Lets assistive technology say `text` when it is next idle, with all else of the same moment. */
export function announce(text) {
  waiting.push(text);
  if (waiting.length === 1) queueMicrotask(say);
}

function say() {
  const text = waiting.join(" ");
  waiting = [];
  const region = document.getElementById("announcements");
  // The same text again would not be a change, so nobody would hear it.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
