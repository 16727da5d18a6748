// Which agents are shown, in which order, and how many there are of what. Pure.

import { USUAL_ACTIVITIES, activityRank, contactLook } from "../page/looks.js";
import { OWN_QUEUES, OWN_QUEUES_NAME } from "../records/quarters.js";

const BY_NAME = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const NO_QUEUE = Object.freeze({ Id: "", Name: "No queue" });

/** What an agent is called on the board. */
export function nameOf(agent) {
  return agent.Username ?? agent.AgentId;
}

/** The name of the agent's routing profile, or what else is known of it. */
export function profileName({ RoutingProfile: profile }) {
  return profile?.Name ?? profile?.Id ?? "";
}

/** The agent's contacts; an empty list if the API sends none. */
export function contactsOf(agent) {
  return agent.Contacts ?? [];
}

/** The agent's hierarchy groups from the top down: Europe › Phones. */
export function groupPath(agent) {
  return levelsOf(agent)
    .map((level) => level.GroupName ?? level.Id)
    .join(" › ");
}

/** The agents that a view shows, in its order. */
export function shownAgents(agents, view) {
  const words = plainText(view.search).split(/\s+/).filter(Boolean);
  const shown = agents.filter((agent) => isShown(agent, view, words));
  return shown.sort(order(view));
}

/** What can be filtered by: {queues, profiles, groups}, each a list of {id, name} by name. */
export function filterChoices(agents, queueName) {
  const queues = new Map();
  const profiles = new Map();
  const groups = new Map();
  for (const agent of agents) {
    if (agent.RoutingProfile) profiles.set(agent.RoutingProfile.Id, profileName(agent));
    for (const contact of contactsOf(agent)) {
      if (!contact.Queue) continue;
      const id = foldedId(contact.Queue.Id);
      queues.set(id, id === OWN_QUEUES ? OWN_QUEUES_NAME : queueName(contact.Queue));
    }
    const path = [];
    for (const level of levelsOf(agent)) {
      path.push(level.GroupName ?? level.Id);
      groups.set(level.Id, path.join(" › "));
    }
  }
  return { queues: listed(queues), profiles: listed(profiles), groups: listed(groups) };
}

/** Names for queues: an agent's own queue has none, so it is called after the agent. */
export function queueNaming(agents) {
  const names = new Map(agents.map((agent) => [`agent/${agent.AgentId}`, nameOf(agent)]));
  return (queue) => {
    if (!queue) return NO_QUEUE.Name;
    if (queue.Name) return queue.Name;
    if (names.has(queue.Id)) return `${names.get(queue.Id)} (own queue)`;
    return queue.Id.startsWith("agent/") ? "An agent's own queue" : queue.Id;
  };
}

/**
 * How many agents are at what, and how many contacts of each queue are in which state:
 * {activities: [[activity, number]], silent, queues: [{id, name, total, states}]};
 * states are [{label, look, number}] in the order in which a contact goes through them.
 */
export function countsOf(agents, queueName) {
  const activities = new Map(USUAL_ACTIVITIES.map((activity) => [activity, 0]));
  const queues = new Map();
  for (const agent of agents) {
    activities.set(agent.Activity, (activities.get(agent.Activity) ?? 0) + 1);
    for (const contact of contactsOf(agent)) countContact(queues, contact, queueName);
  }
  return {
    activities: inOrderOfActivity(activities),
    silent: agents.filter((agent) => agent.IsSilent).length,
    queues: [...queues.values()]
      .map(withStatesInOrder)
      .sort((a, b) => BY_NAME.compare(a.name, b.name)),
  };
}

/** What `countsOf` returns, before anything is known: numbers are null, and so are the queues. */
export const UNKNOWN_COUNTS = Object.freeze({
  activities: USUAL_ACTIVITIES.map((activity) => [activity, null]),
  silent: 0,
  queues: null,
});

function countContact(queues, contact, queueName) {
  const Id = foldedId((contact.Queue ?? NO_QUEUE).Id);
  const queue = queues.get(Id) ?? {
    id: Id,
    name: Id === OWN_QUEUES ? OWN_QUEUES_NAME : queueName(contact.Queue),
    total: 0,
    states: new Map(),
  };
  queues.set(Id, queue);
  queue.total += 1;
  const { ContactState: label, State: state } = contact;
  const count = queue.states.get(label) ?? { label, state, look: contactLook(contact), number: 0 };
  queue.states.set(label, count);
  count.number += 1;
}

/** The id under which a queue is counted: all agents' own queues have the same. */
export function foldedId(id) {
  return id?.startsWith(`${OWN_QUEUES}/`) ? OWN_QUEUES : id;
}

function isShown(agent, view, words) {
  if (view.profile && agent.RoutingProfile?.Id !== view.profile) return false;
  if (view.activity && agent.Activity !== view.activity) return false;
  if (view.group && !levelsOf(agent).some((level) => level.Id === view.group)) return false;
  if (view.queue && !contactsOf(agent).some(({ Queue }) => foldedId(Queue?.Id) === view.queue)) {
    return false;
  }
  if (words.length === 0) return true;
  const name = plainText(nameOf(agent));
  return words.every((word) => name.includes(word));
}

/** Lower case and without accents, so that `zoe` finds Zoë. */
function plainText(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}

function levelsOf(agent) {
  const groups = agent.HierarchyGroups ?? {};
  return Object.keys(groups)
    .sort()
    .map((level) => groups[level]);
}

/** Compares agents by a view's column; equal ones by name, then by id, so that rows never jump. */
function order(view) {
  const sign = view.descending ? -1 : 1;
  const compare = COMPARISONS[view.sort];
  return (one, other) =>
    sign * compare(one, other) || byName(one, other) || byText(one.AgentId, other.AgentId);
}

const COMPARISONS = {
  agent: byName,
  urgent: (one, other) =>
    urgencyRank(one) - urgencyRank(other) ||
    byText(urgentSince(one) ?? "\uffff", urgentSince(other) ?? "\uffff"),
  activity: (one, other) =>
    activityRank(one.Activity) - activityRank(other.Activity) ||
    byText(one.Activity, other.Activity),
  "activity-time": (one, other) =>
    byTimeLasting(one.ActivityStartTimestamp, other.ActivityStartTimestamp),
  profile: by(profileName),
  group: by(groupPath),
  state: by((agent) => contactsOf(agent)[0]?.ContactState),
  "state-time": (one, other) => byTimeLasting(oldestState(one), oldestState(other)),
  queue: by((agent) => contactsOf(agent)[0]?.Queue?.Name),
  channel: by((agent) => contactsOf(agent)[0]?.Channel),
};

/** The rank of what needs attention: failed offers, holds, ACW, silence, then by activity. */
function urgencyRank(agent) {
  const rank = activityRank(agent.Activity);
  if (["Error", "Missed", "Rejected"].includes(agent.Activity)) return rank;
  const states = contactsOf(agent).map(({ State }) => State);
  if (states.includes("CONNECTED_ONHOLD")) return 10;
  if (agent.Activity === "After contact work") return 11;
  return agent.IsSilent ? 12 : 20 + rank;
}

/** The moment that sorts agents of equal rank: the oldest first. */
function urgentSince(agent) {
  return oldestState(agent) ?? agent.ActivityStartTimestamp;
}

function byName(one, other) {
  return BY_NAME.compare(nameOf(one), nameOf(other));
}

/** Compares by a text; agents that have none come last. */
function by(text) {
  return (one, other) => byText(text(one) || "\uffff", text(other) || "\uffff");
}

function byText(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Compares by duration: no duration first, then the shortest. */
function byTimeLasting(one, other) {
  return byText(other ?? "\uffff", one ?? "\uffff");
}

function oldestState(agent) {
  const starts = contactsOf(agent).map((contact) => contact.StateStartTimestamp);
  return starts.length ? starts.reduce((oldest, start) => (start < oldest ? start : oldest)) : null;
}

function listed(names) {
  return [...names]
    .map(([id, name]) => ({ id, name }))
    .sort((a, b) => BY_NAME.compare(a.name, b.name));
}

/** The usual activities in their fixed order, the instance's custom statuses in between. */
function inOrderOfActivity(activities) {
  const own = [...activities.keys()].filter((name) => !USUAL_ACTIVITIES.includes(name)).sort();
  const before = USUAL_ACTIVITIES.indexOf("Missed");
  const names = [...USUAL_ACTIVITIES.slice(0, before), ...own, ...USUAL_ACTIVITIES.slice(before)];
  return names.map((name) => [name, activities.get(name)]);
}

const STATE_ORDER = [
  "INCOMING",
  "PENDING",
  "CONNECTING",
  "CONNECTED",
  "CONNECTED_ONHOLD",
  "PAUSED",
  "ENDED",
  "MISSED",
  "REJECTED",
  "ERROR",
];

function withStatesInOrder(queue) {
  const states = [...queue.states.values()];
  return {
    ...queue,
    states: states.sort((a, b) => placeOf(a) - placeOf(b) || byText(a.label, b.label)),
  };
}

/** The position of a state in a contact's life; unknown states come last. */
function placeOf({ state }) {
  const place = STATE_ORDER.indexOf(state);
  return place < 0 ? STATE_ORDER.length : place;
}
