// Agents as tiles: name, activity, and as many contacts as there is room for.

import { element, setAttribute, setText } from "../page/elements.js";
import { keepChildren } from "../page/keyed_children.js";
import { setSince, timer } from "../page/timers.js";
import { contactsOf, nameOf } from "./agents.js";
import { activityLook } from "../page/looks.js";
import { activity, agentName, channel, contactState, mostSeconds, silentMark } from "./parts.js";

/** Makes `list` show `agents` from index `from` up to, but without, `to`, as `seen` says. */
export function keepTiles(list, parts, agents, { from, to, lines, seen }) {
  const shown = agents.slice(from, to).map((agent, at) => ({ agent, position: from + at + 1 }));
  keepChildren(list, parts, shown, {
    key: ({ agent }) => agent.AgentId,
    create: () => new AgentTile(lines),
    update: (tile, { agent, position }) =>
      tile.update(agent, { position, total: agents.length, ...seen }),
  });
}

class AgentTile {
  #name = agentName();
  #silent = silentMark();
  #activity = activity();
  #time = timer();
  #contacts = element("ul", { class: "tile-contacts" });
  #more = element("p", { class: "tile-more" });
  #parts = new Map();
  #lines;

  /** `lines` is how many contacts the tile has room for. */
  constructor(lines) {
    this.#lines = lines;
    this.node = element(
      "li",
      { class: "tile" },
      element("div", { class: "tile-head" }, element("h3", {}, this.#name.node), this.#time),
      element("p", { class: "tile-activity" }, this.#activity.node, this.#silent.node),
      this.#contacts,
      this.#more,
    );
  }

  /** Shows `agent`, the `position`th of `total`. */
  update(agent, { position, total, ...seen }) {
    const { now } = seen;
    setAttribute(this.node, "data-look", activityLook(agent.Activity));
    setAttribute(this.node, "data-contacts", contactsOf(agent).length > 0 && "yes");
    setAttribute(this.node, "data-silent", agent.IsSilent && "yes");
    setAttribute(this.node, "aria-posinset", position);
    setAttribute(this.node, "aria-setsize", total);
    this.#name.update(agent);
    this.#silent.update(agent, now);
    this.#activity.update(agent);
    setSince(this.#time, agent.ActivityStartTimestamp, now);
    this.#showContacts(agent, seen);
  }

  #showContacts(agent, seen) {
    const contacts = contactsOf(agent);
    const room = contacts.length > this.#lines ? this.#lines - 1 : this.#lines;
    keepChildren(this.#contacts, this.#parts, contacts.slice(0, room), {
      key: (contact) => contact.ContactId,
      create: () => new TileContact(),
      update: (part, contact) => part.update(contact, agent, seen),
    });
    const left = contacts.length - room;
    this.#more.hidden = left <= 0;
    setText(this.#more, left > 0 ? `and ${left} more of ${nameOf(agent)}` : "");
  }
}

class TileContact {
  #state = contactState();
  #channel = channel();
  #queue = element("span", { class: "tile-queue" });
  #time = timer();

  constructor() {
    this.node = element("li", {}, this.#channel.node, this.#state.node, this.#queue, this.#time);
  }

  update(contact, agent, { queueName, now, thresholds }) {
    this.#channel.update(contact);
    this.#state.update(contact, agent);
    setText(this.#queue, queueName(contact.Queue));
    setAttribute(this.#queue, "title", queueName(contact.Queue));
    setSince(this.#time, contact.StateStartTimestamp, now, mostSeconds(contact, thresholds));
  }
}
