// Announces changes to screen readers: few, one after the other.

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
  // Setting the same text again is no change, so a screen reader would not say it.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
