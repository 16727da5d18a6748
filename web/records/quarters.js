// The outcomes of each queue's contacts today, as GET /queues counts them by quarter of an hour.

import { apiPath } from "./api_path.js";

const QUARTER = 15 * 60_000;
const ROUNDS_BEFORE_ALL = 10;

/** All agents' own queues count as one, under this id. */
export const OWN_QUEUES = "agent";
export const OWN_QUEUES_NAME = "Agents’ own queues";

/** One day of all queues: read in parts, and later only the quarters that may have changed. */
export class DayOfQueues {
  #api;
  #bounds;
  #within;
  #instance;
  #quarters = new Map();
  #rounds = 0;
  #isWhole = false;

  /** `bounds` is {from, to} in epoch milliseconds, `within` the service level in seconds. */
  constructor(api, { bounds, within, instance }) {
    this.#api = api;
    this.#bounds = bounds;
    this.#within = within;
    this.#instance = instance;
  }

  /** Whether the whole day has been counted once. */
  get isWhole() {
    return this.#isWhole;
  }

  /** The quarters known so far, in order of time. */
  get quarters() {
    return [...this.#quarters.values()];
  }

  /** Asks for the day, later for what may have changed; `show()` is called after each answer. */
  async refresh(now, show) {
    let from = this.#isWhole ? this.#firstToAsk(now) : this.#nextToCount();
    const to = Math.min(this.#bounds.to, now + 1);
    while (from !== undefined && from < to) {
      const { body } = await this.#api.get(
        apiPath("/queues", {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          within: this.#within,
          instance: this.#instance,
        }),
      );
      for (const quarter of body.Quarters) this.#take(quarter);
      from = body.NextTimestamp && Date.parse(body.NextTimestamp);
      this.#isWhole ||= from === undefined;
      show();
    }
    this.#rounds += 1;
  }

  /** The day per queue: Map of id -> sums, and RoutingProfiles as a Set. */
  byQueue() {
    const queues = new Map();
    for (const quarter of this.quarters) {
      for (const each of quarter.Queues) add(queues, each);
    }
    return queues;
  }

  #take(quarter) {
    this.#quarters.set(Date.parse(quarter.StartTimestamp), quarter);
  }

  #nextToCount() {
    const last = [...this.#quarters.keys()].at(-1);
    return last === undefined ? this.#bounds.from : last;
  }

  /** The last two quarters change; older ones only while contacts of theirs go on. */
  #firstToAsk(now) {
    const recent = Math.floor((now - QUARTER) / QUARTER) * QUARTER;
    if (this.#rounds % ROUNDS_BEFORE_ALL) return Math.max(recent, this.#bounds.from);
    const open = [...this.#quarters].find(([, quarter]) => quarter.OpenContacts);
    return Math.min(open?.[0] ?? recent, Math.max(recent, this.#bounds.from));
  }
}

/** Seconds that a handled contact took on average, or undefined. */
export function averageHandleTime({ HandleDuration, Timed }) {
  return Timed ? Math.round(HandleDuration / Timed) : undefined;
}

/** Seconds in the queue of those answered, on average, or undefined. */
export function averageWait({ QueueDuration, Answered }) {
  return Answered ? Math.round(QueueDuration / Answered) : undefined;
}

/** Of those answered or abandoned, the part answered in time: 0 to 1, or undefined. */
export function serviceLevel({ Answered, AnsweredInTime, Abandoned }) {
  return Answered + Abandoned ? AnsweredInTime / (Answered + Abandoned) : undefined;
}

/** The service level as text: 83 %. */
export function percentText(part) {
  return part === undefined ? "–" : `${Math.round(part * 100)} %`;
}

function add(queues, { Queue, RoutingProfiles, LongestQueueDuration, ...counts }) {
  const sums = queues.get(Queue.Id) ?? { Queue, LongestQueueDuration: 0, profiles: new Set() };
  queues.set(Queue.Id, sums);
  if (Queue.Name) sums.Queue = Queue;
  sums.LongestQueueDuration = Math.max(sums.LongestQueueDuration, LongestQueueDuration);
  for (const profile of RoutingProfiles) sums.profiles.add(profile);
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
