// Elements that every layout shows of agents and contacts, made once and then kept up to date.

import { timeOfDay } from "../page/durations.js";
import { element, setAttribute, setText } from "../page/elements.js";
import { icon, setIcon } from "../page/icons.js";
import { setSince, timer } from "../page/timers.js";
import { nameOf } from "./agents.js";
import { activityLook, channelIcon, contactLook } from "../page/looks.js";

/** The agent's name; leads to the agent's day. */
export function agentName() {
  const node = element("a", { class: "agent-name" });
  return {
    node,
    update(agent) {
      setText(node, nameOf(agent));
      setAttribute(node, "href", `agent.html?agent=${encodeURIComponent(agent.AgentId)}`);
      setAttribute(node, "title", nameOf(agent));
    },
  };
}

/** A mark on an agent of whom no event has arrived for too long, and since when. */
export function silentMark() {
  const time = timer();
  const word = element("span", { class: "word" }, "Silent ");
  const node = element("span", { class: "silent-mark" }, icon("silent"), word, time);
  return {
    node,
    update(agent, now) {
      node.hidden = !agent.IsSilent;
      setSince(time, agent.IsSilent ? agent.LastEventTimestamp : null, now);
      setAttribute(node, "title", agent.IsSilent && silence(agent));
    },
  };
}

/** The agent's activity with its icon. */
export function activity() {
  const picture = icon("custom");
  const word = element("span", { class: "word" });
  const node = element("span", { class: "chip" }, picture, word);
  return {
    node,
    update(agent) {
      const look = activityLook(agent.Activity);
      setAttribute(node, "data-look", look);
      setAttribute(node, "title", agent.Activity);
      setIcon(picture, look);
      setText(word, agent.Activity);
    },
  };
}

/** The contact's state with its icon; leads to the chain of the contact. */
export function contactState() {
  const picture = icon("custom");
  const word = element("span", { class: "word" });
  const more = element("span", { class: "unseen" });
  const node = element("a", { class: "chip" }, picture, word, more);
  return {
    node,
    update(contact, agent) {
      const look = contactLook(contact);
      setAttribute(node, "data-look", look);
      setAttribute(node, "href", `chain.html?contact=${encodeURIComponent(contact.ContactId)}`);
      setAttribute(node, "title", withAgentSince(contact));
      setIcon(picture, look);
      setText(word, contact.ContactState);
      setText(more, `contact of ${nameOf(agent)}, show its chain`);
    },
  };
}

/** After how many seconds the state of a contact is too long, if it ever is. */
export function mostSeconds({ State }, thresholds) {
  return { CONNECTED_ONHOLD: thresholds.hold, ENDED: thresholds.acw }[State];
}

/** The contact's channel. */
export function channel() {
  const picture = icon("contact");
  const word = element("span", { class: "word" });
  const node = element("span", { class: "channel" }, picture, word);
  return {
    node,
    update(contact) {
      setIcon(picture, channelIcon(contact.Channel));
      setText(word, contact.Channel);
    },
  };
}

function silence(agent) {
  return `No event of this agent since ${timeOfDay(agent.LastEventTimestamp)}`;
}

function withAgentSince({ ContactId, ConnectedToAgentTimestamp }) {
  if (!ConnectedToAgentTimestamp) return `Contact ${ContactId}`;
  return `Contact ${ContactId}, with the agent since ${timeOfDay(ConnectedToAgentTimestamp)}`;
}
