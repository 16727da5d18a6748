// What a screen reader is told by itself: few things, one after the other.

/** Lets assistive technology say `text` when it is next idle. */
export function announce(text) {
  const region = document.getElementById("announcements");
  // The same text again would not be a change, so nobody would hear it.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
