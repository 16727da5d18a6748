// Agents and queues by name: what to suggest, and whose id is meant.

import { element } from "../page/elements.js";

/** Names by id (Maps `agents` and `queues`), from GET /live/names and from records. */
export class Names {
  agents = new Map();
  queues = new Map();

  /** Takes in what GET /live/names answers. */
  learn({ Agents, Queues }) {
    for (const { AgentId, Username } of Agents) if (Username) this.agents.set(AgentId, Username);
    for (const { Id, Name } of Queues) if (Name) this.queues.set(Id, Name);
  }

  /** Takes in the names that records hold. */
  learnFrom(records) {
    for (const { Agent, AgentId: answering, Attempts, Queue, QueueId } of records) {
      for (const { AgentId, Username } of Attempts ?? []) {
        if (Username) this.agents.set(AgentId, Username);
      }
      if (answering && Agent?.Username) this.agents.set(answering, Agent.Username);
      if (QueueId && Queue?.Name) this.queues.set(QueueId, Queue.Name);
    }
  }

  /** The records with the names of their queues: contact events state only a queue's ARN. */
  withQueueNames(records) {
    return records.map((record) => {
      const name = this.queues.get(record.QueueId);
      if (!name || record.Queue?.Name) return record;
      return { ...record, Queue: { ...record.Queue, Name: name } };
    });
  }
}

/**
 * Whose id `typed` means among `names` (a Map by id): {id}, or {problem} in words.
 *
 * A whole name, else the one name that it is a part of, else an id as it is.
 */
export function meant(typed, names, kind) {
  const text = typed.trim();
  if (!text || names.has(text)) return { id: text };
  const wanted = text.toLowerCase();
  const all = [...names];
  const whole = all.filter(([, name]) => name.toLowerCase() === wanted);
  const parts = all.filter(([, name]) => name.toLowerCase().includes(wanted));
  const found = whole.length ? whole : parts;
  if (found.length === 1) return { id: found[0][0] };
  if (found.length > 1) {
    return { problem: `${found.length} ${kind}s have this name: ${listOf(found)}. Choose one.` };
  }
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/iu.test(text)) return { id: text };
  return { problem: `No ${kind} called “${text}” is known.` };
}

/** Fills a list of suggestions. */
export function suggest(list, names) {
  const sorted = [...new Set(names.values())].sort((a, b) => a.localeCompare(b));
  list.replaceChildren(...sorted.map((name) => element("option", { value: name })));
}

function listOf(found) {
  const names = found.slice(0, 3).map(([, name]) => name);
  return names.join(", ") + (found.length > 3 ? ", …" : "");
}
