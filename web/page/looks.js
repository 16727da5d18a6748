// The look of states and activities: a word for icon and colour (css/colours.css, icons.js). The
// words that viewers read come from the API.

const ACTIVITY_LOOKS = {
  "On contact": "contact",
  "After contact work": "work",
  Incoming: "incoming",
  Missed: "failed",
  Rejected: "failed",
  Error: "failed",
  Monitoring: "monitoring",
  Available: "available",
};

const STATE_LOOKS = {
  INCOMING: "incoming",
  PENDING: "incoming",
  CONNECTING: "incoming",
  CONNECTED: "contact",
  CONNECTED_ONHOLD: "hold",
  PAUSED: "paused",
  ENDED: "work",
  MISSED: "failed",
  REJECTED: "failed",
  ERROR: "failed",
};

const CHANNEL_ICONS = { VOICE: "voice", CHAT: "chat", TASK: "task", EMAIL: "email" };

/**
 * Precedence of Agent Activity; after these come custom statuses, then Available:
 * https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html
 */
const PRECEDENCE = [
  "Error",
  "Missed",
  "Rejected",
  "On contact",
  "Monitoring",
  "After contact work",
  "Incoming",
];

/** The activities that every board counts, in the order in which it shows them. */
export const USUAL_ACTIVITIES = [
  "On contact",
  "After contact work",
  "Incoming",
  "Available",
  "Missed",
  "Rejected",
  "Error",
];

/** The look of an Agent Activity; a status that the instance made up is `custom`. */
export function activityLook(activity) {
  return ACTIVITY_LOOKS[activity] ?? "custom";
}

/** The look of a contact that an agent has. */
export function contactLook(contact) {
  if (contact.InitiationMethod === "MONITOR" && contact.State === "CONNECTED") return "monitoring";
  return STATE_LOOKS[contact.State] ?? "custom";
}

/** The icon of a channel; an unknown channel has that of a contact. */
export function channelIcon(channel) {
  return CHANNEL_ICONS[channel] ?? "contact";
}

/** The rank of an activity when agents are sorted by what needs attention. */
export function activityRank(activity) {
  const rank = PRECEDENCE.indexOf(activity);
  if (rank >= 0) return rank;
  return activity === "Available" ? PRECEDENCE.length + 1 : PRECEDENCE.length;
}
