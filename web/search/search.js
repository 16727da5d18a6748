// What contacts are looked for: the form, the address and the question to the API say the same. Pure.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The search that nobody has narrowed. */
export const PLAIN_SEARCH = Object.freeze({
  period: "today",
  from: "",
  to: "",
  agent: "",
  queue: "",
  channel: "",
  status: "",
  outcome: "",
  transferred: "",
  longer: "",
  sort: "start",
  descending: true,
  page: "",
});

export const PERIODS = Object.freeze(["today", "hour", "yesterday", "range"]);

/** What narrows the search, but for the period. */
const NARROWING = ["agent", "queue", "channel", "status", "outcome", "transferred", "longer"];

/** The search that an address (its `?...`) states. */
export function searchOf(query) {
  const stated = new URLSearchParams(query);
  const search = { ...PLAIN_SEARCH, descending: stated.get("ascending") !== "yes" };
  for (const name of Object.keys(PLAIN_SEARCH)) {
    if (name !== "descending" && stated.has(name)) search[name] = stated.get(name).trim();
  }
  if (!PERIODS.includes(search.period)) search.period = PLAIN_SEARCH.period;
  if (!(Number(search.longer) > 0)) search.longer = "";
  return search;
}

/** Its address on this page. */
export function addressOf(search) {
  const parameters = new URLSearchParams();
  for (const [name, plain] of Object.entries(PLAIN_SEARCH)) {
    if (name !== "descending" && search[name] !== plain) parameters.set(name, search[name]);
  }
  if (!search.descending) parameters.set("ascending", "yes");
  return parameters.size ? `?${parameters}` : "search.html";
}

/** Whether anything but the period narrows it. */
export function isNarrowed(search) {
  return NARROWING.some((name) => search[name]);
}

/** The period in epoch milliseconds, in the viewer's time zone: {from, to}; null if it is none. */
export function periodOf({ period, from, to }, now) {
  if (period === "hour") return { from: now - HOUR, to: now + 1 };
  if (period === "today") return { from: midnight(now), to: now + 1 };
  if (period === "yesterday") return { from: midnight(midnight(now) - HOUR), to: midnight(now) };
  const [start, end] = [Date.parse(from), to ? Date.parse(to) : now + 1];
  return start < end ? { from: start, to: end } : null;
}

/** Why no contact can be looked for in a period, in words, or undefined. */
export function periodProblem(search, now) {
  const period = periodOf(search, now);
  if (!period) return "Give a beginning and an end after it.";
  if (period.to - period.from > 31 * DAY) return "The period is longer than 31 days.";
  return undefined;
}

/** The parameters of GET /contacts for the search. */
export function questionOf(search, now) {
  const { from, to } = periodOf(search, now);
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    agent: search.agent,
    queue: search.queue,
    channel: search.channel,
    status: search.status,
    outcome: search.outcome,
    transferred: search.transferred,
  };
}

function midnight(moment) {
  return new Date(moment).setHours(0, 0, 0, 0);
}
