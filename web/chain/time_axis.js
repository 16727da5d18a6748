// Which times to write along the picture: round ones, not too close together. Pure.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30].map((days) => days * DAY),
];

/** At most about `most` round moments from `start` to `end`, of a zone `offset` ms ahead of UTC. */
export function ticks(start, end, most, offset) {
  const step = STEPS.find((each) => (end - start) / each <= most) ?? STEPS.at(-1);
  const found = [];
  for (let at = Math.ceil((start + offset) / step) * step - offset; at <= end; at += step) {
    found.push(at);
  }
  return { step, moments: found };
}
