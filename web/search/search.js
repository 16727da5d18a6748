// A search for contacts, from an address, to an address, and as a request to the API. Pure.

import { secondsOf } from "../records/contact_facts.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The search without any filter. */
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

/** The filters of a search besides its period. */
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

/** Whether the search has a filter besides its period. */
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

/**
 * The API's path and parameters for the search, and the filters that are left to apply here.
 *
 * Failed offers have a list of their own, which is short; `GET /contacts` would read the whole day.
 */
export function questionOf(search, now) {
  const { from, to } = periodOf(search, now);
  const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { agent, queue, channel, status, outcome, transferred } = search;
  if (!outcome) {
    const parameters = { ...period, agent, queue, channel, status, transferred, order: "newest" };
    return { path: "/contacts", parameters, isWanted: (record) => isLong(record, search, now) };
  }
  const path = agent ? `/agents/${encodeURIComponent(agent)}/contacts` : "/contacts/failed";
  const order = agent ? "" : "newest";
  const isWanted = (record) =>
    (!queue || record.QueueId === queue) &&
    (!channel || record.Channel === channel) &&
    (!status || record.Status === status) &&
    (!transferred || Boolean(record.NextContactId ?? record.PreviousContactId)) &&
    isLong(record, search, now);
  return { path, parameters: { ...period, outcome, order }, isWanted };
}

function isLong(record, { longer }, now) {
  return !longer || (secondsOf(record, now) ?? 0) > Number(longer) * 60;
}

function midnight(moment) {
  return new Date(moment).setHours(0, 0, 0, 0);
}
