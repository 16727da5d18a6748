// Announces changes to screen readers: few, one after the other.

/** Lets assistive technology say `text` when it is next idle. */
export function announce(text) {
  const region = document.getElementById("announcements");
  // Setting the same text again is no change, so a screen reader would not say it.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
