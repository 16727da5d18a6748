// After how many seconds a time counts as too long: as the address says, else these. Pure.

/** Seconds in the queue, on hold, in after contact work; `within` is the service level. */
export const USUAL_THRESHOLDS = Object.freeze({ wait: 60, hold: 120, acw: 180, within: 20 });

/** The thresholds that an address (its `?...`) states: `wait=90&hold=300&acw=120&within=30`. */
export function thresholdsOf(search) {
  const stated = new URLSearchParams(search);
  const thresholds = { ...USUAL_THRESHOLDS };
  for (const name of Object.keys(thresholds)) {
    const seconds = Number(stated.get(name));
    if (Number.isInteger(seconds) && seconds > 0 && seconds <= 3600) thresholds[name] = seconds;
  }
  return thresholds;
}

/** Marks `node` as too long, by colour and shape, if `milliseconds` exceed `seconds`. */
export function markTooLong(node, milliseconds, seconds) {
  const isTooLong = seconds !== undefined && milliseconds > seconds * 1000;
  if (isTooLong !== (node.dataset.tooLong === "yes")) {
    if (isTooLong) node.dataset.tooLong = "yes";
    else delete node.dataset.tooLong;
  }
}
