// Figures and words that pages show of a contact record, as GET /contacts lists it. Pure.

const STATUSES = {
  IN_PROGRESS: "In progress",
  COMPLETED: "Completed",
  UNANSWERED: "Unanswered",
  ABANDONED: "Abandoned",
  DISCONNECTED: "Disconnected",
  END_UNKNOWN: "End unknown",
};
const STATUS_LOOKS = { IN_PROGRESS: "contact", ABANDONED: "failed", UNANSWERED: "failed" };
const OUTCOMES = {
  MISSED: "missed",
  REJECTED: "rejected",
  ERROR: "error",
};

/** Statuses to choose from, each with its word. */
export const STATUS_WORDS = Object.freeze(Object.entries(STATUSES));

/** Whether the contact is still going on. */
export function isOpen(record) {
  return record.Status === "IN_PROGRESS";
}

export function statusText(record) {
  return STATUSES[record.Status] ?? record.Status ?? "–";
}

export function statusLook(record) {
  return STATUS_LOOKS[record.Status] ?? "custom";
}

/** Who answered, or was offered it last: {id, name}, or undefined. */
export function agentOf(record) {
  const offered = (record.Attempts ?? []).at(-1);
  const id = record.AgentId ?? offered?.AgentId;
  if (!id) return undefined;
  const named = record.AgentId ? record.Agent : offered;
  return { id, name: named?.Username ?? id };
}

/** Failed offers, to all agents or to one. */
export function failedOffers(record, agentId) {
  return (record.Attempts ?? []).filter(
    ({ AgentId, Outcome }) => OUTCOMES[Outcome] && (!agentId || AgentId === agentId),
  );
}

/** Failed offers in words: ada missed, ben rejected. */
export function failedOffersText(record) {
  return failedOffers(record)
    .map(({ AgentId, Username, Outcome }) => `${Username ?? AgentId} ${OUTCOMES[Outcome]}`)
    .join(", ");
}

/** The queue as {id, name, isOwn}, or undefined; an agent's own queue has no name. */
export function queueOf(record) {
  const { QueueId: id, Queue: queue } = record;
  if (!id && !queue?.Name) return undefined;
  const isOwn = Boolean(id?.startsWith("agent/"));
  return { id, name: queue?.Name ?? (isOwn ? "agent's own queue" : id), isOwn };
}

/** When the conversation, or the wait for one, was over: epoch milliseconds, or null. */
export function endOf(record) {
  if (isOpen(record)) return null;
  const ends = (record.Attempts ?? []).map((attempt) => attempt.EndedTimestamp).filter(Boolean);
  const end =
    record.DisconnectTimestamp ??
    record.Agent?.AfterContactWorkStartTimestamp ??
    ends.sort().at(-1) ??
    record.Queue?.DequeueTimestamp;
  return end ? Date.parse(end) : null;
}

/** Seconds from the start to the end, or to `now` while it goes on; undefined if not known. */
export function secondsOf(record, now) {
  if (!record.StartTimestamp) return undefined;
  const end = isOpen(record) ? now : endOf(record);
  if (end === null) return undefined;
  return Math.max(0, Math.floor((end - Date.parse(record.StartTimestamp)) / 1000));
}

/** Seconds of talk, hold and after contact work, as far as known; undefined if nothing is. */
export function handleSeconds({ Agent: agent }) {
  const parts = [
    agent?.AgentInteractionDuration,
    agent?.CustomerHoldDuration,
    agent?.AfterContactWorkDuration,
  ].filter((part) => part !== undefined);
  return parts.length && agent?.AgentInteractionDuration !== undefined
    ? parts.reduce((sum, part) => sum + part, 0)
    : undefined;
}

/** The average of those of `values` that are known, or undefined. */
export function average(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}
