// The queues of the board: who waits, who is free, how the day goes; the most urgent first. Pure.

import { averageHandleTime, OWN_QUEUES, OWN_QUEUES_NAME } from "../records/quarters.js";
import { contactsOf, foldedId } from "./agents.js";

const BY_NAME = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const AVAILABLE = "Available";

/**
 * The rows of the table of queues, null before anything is known of them.
 *
 * `counts` are those of `countsOf`; `waiting` is what GET /live/queues lists, `day` a Map by queue
 * of what GET /queues counts, each null while it is not known; `agents` are all of them.
 * row: {id, name, waiting, oldest, free, total, states, handled, abandoned, missed, handleTime};
 * what is not known is null.
 */
export function queueRows({ counts, waiting, day, agents, queueName, queue: chosen }) {
  if (!counts.queues) return null;
  const rows = new Map();
  const rowOf = (id, Name) => {
    const known = rows.get(id) ?? emptyRow(id, waiting !== null, day !== null);
    rows.set(id, known);
    if (!known.name) known.name = nameOf(id, Name, queueName);
    return known;
  };
  for (const { id, name, total, states } of counts.queues) {
    Object.assign(rowOf(id, name), { name, total, states });
  }
  for (const [id, sums] of day ?? []) {
    Object.assign(rowOf(id, sums.Queue.Name), {
      handled: sums.Handled,
      abandoned: sums.Abandoned,
      missed: sums.Missed,
      handleTime: averageHandleTime(sums) ?? null,
    });
  }
  for (const each of waiting ?? []) addWaiting(rowOf, each);
  const free = freeByProfile(agents);
  for (const row of rows.values()) row.free = freeFor(row.id, { day, agents, free });
  const all = [...rows.values()].filter(({ id }) => !chosen || id === chosen);
  return all.sort(byUrgency);
}

/** How many wait in all queues, since when the oldest, and what the day came to; null: not known. */
export function sumsOf(rows, { hasWaiting, hasDay }) {
  const oldest = (rows ?? []).map(({ oldest: since }) => since).filter(Boolean);
  const sum = (name) => (rows ?? []).reduce((total, row) => total + (row[name] ?? 0), 0);
  return {
    waiting: rows && hasWaiting ? sum("waiting") : null,
    oldest: oldest.length ? oldest.sort()[0] : null,
    handled: rows && hasDay ? sum("handled") : null,
    abandoned: rows && hasDay ? sum("abandoned") : null,
    missed: rows && hasDay ? sum("missed") : null,
  };
}

function emptyRow(id, hasWaiting, hasDay) {
  const ofDay = hasDay ? 0 : null;
  return {
    id,
    name: "",
    waiting: hasWaiting ? 0 : null,
    oldest: null,
    free: null,
    total: 0,
    states: [],
    handled: ofDay,
    abandoned: ofDay,
    missed: ofDay,
    handleTime: null,
  };
}

function addWaiting(rowOf, { Queue, Waiting, OldestEnqueueTimestamp }) {
  const row = rowOf(foldedId(Queue.Id ?? Queue.Name ?? ""), Queue.Name);
  row.waiting += Waiting;
  if (!row.oldest || OldestEnqueueTimestamp < row.oldest) row.oldest = OldestEnqueueTimestamp;
}

function nameOf(id, name, queueName) {
  if (id === OWN_QUEUES) return OWN_QUEUES_NAME;
  return name ?? queueName({ Id: id });
}

function freeByProfile(agents) {
  const free = new Map();
  for (const { Activity, IsSilent, RoutingProfile } of agents) {
    if (Activity !== AVAILABLE || IsSilent || !RoutingProfile) continue;
    free.set(RoutingProfile.Id, (free.get(RoutingProfile.Id) ?? 0) + 1);
  }
  return free;
}

/** Agents who are available, of the profiles that have taken a contact of the queue today. */
function freeFor(id, { day, agents, free }) {
  if (!day || !id || id === OWN_QUEUES) return null;
  const profiles = new Set(day.get(id)?.profiles);
  for (const agent of agents) {
    if (!agent.RoutingProfile) continue;
    if (contactsOf(agent).some(({ Queue }) => Queue?.Id === id)) {
      profiles.add(agent.RoutingProfile.Id);
    }
  }
  if (profiles.size === 0) return null;
  return [...profiles].reduce((sum, profile) => sum + (free.get(profile) ?? 0), 0);
}

/** Who has waited longest first; queues in which nobody waits by name, so that rows stand still. */
function byUrgency(one, other) {
  const [a, b] = [one.oldest ?? "\uffff", other.oldest ?? "\uffff"];
  if (a !== b) return a < b ? -1 : 1;
  const own = Number(one.id === OWN_QUEUES || !one.id) - Number(other.id === OWN_QUEUES || !other.id);
  return own || BY_NAME.compare(one.name, other.name);
}
