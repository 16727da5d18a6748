// The states that a contact goes through, in words, and how their bars look.

const STATES = {
  INCOMING: { label: "Callback offered", look: "incoming" },
  PENDING: { label: "Pending", look: "incoming" },
  CONNECTING: { label: "Ringing", look: "incoming" },
  CONNECTED: { label: "Connected", look: "contact" },
  CONNECTED_ONHOLD: { label: "On hold", look: "hold" },
  PAUSED: { label: "Paused", look: "paused" },
  ENDED: { label: "After contact work", look: "work" },
  MISSED: { label: "Missed", look: "failed" },
  REJECTED: { label: "Rejected", look: "failed" },
  ERROR: { label: "Error", look: "failed" },
  IN_QUEUE: { label: "In queue", look: "queue" },
  NO_AGENT: { label: "Without agent", look: "none" },
};
const DIALLED_METHODS = ["OUTBOUND", "CALLBACK"];

/** The words for outcomes that are failed offers. */
const FAILURES = {
  MISSED: "missed",
  REJECTED: "rejected",
  ERROR: "error",
  WITHDRAWN: "withdrawn",
};

/** The order in which looks are explained. */
export const LOOKS = ["queue", "incoming", "contact", "hold", "paused", "work", "failed", "none"];

/** What a look stands for. */
export const LOOK_LABELS = {
  queue: "In queue",
  incoming: "Ringing",
  contact: "Connected",
  hold: "On hold",
  paused: "Paused",
  work: "After contact work",
  failed: "Missed, rejected, error",
  none: "Without agent",
};

/** The word for `state` on a leg that began by `method`. */
export function stateLabel(state, method) {
  if (state === "CONNECTING" && DIALLED_METHODS.includes(method)) return "Dialling";
  if (state === "NO_AGENT" && method === "EXTERNAL_OUTBOUND") return "External party";
  return STATES[state]?.label ?? state;
}

export function stateLook(state) {
  return STATES[state]?.look ?? "none";
}

/** The word for a failed offer, undefined for any other outcome. */
export function failureLabel(outcome) {
  return FAILURES[outcome];
}
