// The layout `table`: one row per contact, and one row for each agent without a contact.

import { element, setAttribute, setText } from "../page/elements.js";
import { keepChildren } from "../page/keyed_children.js";
import { setSince, timer } from "../page/timers.js";
import { contactsOf, groupPath, profileName } from "./agents.js";
import { activity, agentName, channel, contactState, mostSeconds, silentMark } from "./parts.js";
import { visibleRows } from "./visible_rows.js";

const COLUMNS = [
  { sort: "agent", title: "Agent" },
  { sort: "activity", title: "Activity" },
  { sort: "activity-time", title: "Duration", of: "of the activity", isTime: true },
  { sort: "profile", title: "Routing profile" },
  { sort: "group", title: "Hierarchy" },
  { sort: "state", title: "Contact state" },
  { sort: "state-time", title: "Duration", of: "of the contact state", isTime: true },
  { sort: "queue", title: "Queue" },
  { sort: "channel", title: "Channel" },
];
const CONTACT_COLUMNS = ["state", "state-time", "queue", "channel"];
const LIKELY_ROW_HEIGHT = 36;

export class AgentTable {
  #heads = COLUMNS.map((column) => this.#head(column));
  #before = element("tbody", { "aria-hidden": "true" }, element("tr", {}, element("td")));
  #body = element("tbody", { class: "agents" });
  #after = element("tbody", { "aria-hidden": "true" }, element("tr", {}, element("td")));
  #parts = new Map();
  #rowHeight = LIKELY_ROW_HEIGHT;
  #agents = [];
  #starts = new Uint32Array(1);
  #sortBy;

  /** `sortBy(column, isDescending)` is called when the viewer wants another order. */
  constructor(sortBy) {
    this.#sortBy = sortBy;
    const caption = element("caption", { class: "unseen" }, "Agents and their contacts");
    const head = element("thead", {}, element("tr", {}, ...this.#heads.map(({ node }) => node)));
    this.node = element("table", { class: "agent-table" }, caption, head);
    this.node.append(this.#before, this.#body, this.#after);
  }

  /** Shows `agents` (in order) as of `now`; `view` says how they are sorted. */
  update(agents, { view, ...seen }) {
    this.#agents = agents;
    this.#starts = firstRows(agents);
    setAttribute(this.node, "aria-rowcount", this.#rowCount + 1);
    for (const head of this.#heads) head.update(view);
    this.paint(seen);
  }

  /** Puts the rows that can be seen into the page and takes all others out. */
  paint(seen) {
    const { first, last } = visibleRows(this.#before, this.#rowHeight, this.#rowCount);
    const from = this.#agentAt(first);
    const to = last > first ? this.#agentAt(last - 1) + 1 : from;
    keepChildren(this.#body, this.#parts, this.#rows(from, to), {
      key: (row) => row.key,
      create: (row) => (row.contact ? new ContactRow() : new IdleRow()),
      update: (part, row) => part.update(row, seen),
    });
    this.#before.firstChild.style.height = `${this.#starts[from] * this.#rowHeight}px`;
    const left = this.#rowCount - this.#starts[to];
    this.#after.firstChild.style.height = `${left * this.#rowHeight}px`;
    this.#learnRowHeight(seen);
  }

  get #rowCount() {
    return this.#starts[this.#agents.length];
  }

  /** The index of the agent whom row `row` belongs to. */
  #agentAt(row) {
    let low = 0;
    let high = this.#agents.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #rows(from, to) {
    const rows = [];
    for (let at = from; at < Math.min(to, this.#agents.length); at += 1) {
      rows.push(...rowsOf(this.#agents[at], this.#starts[at]));
    }
    return rows;
  }

  /** Measures the height of a row: all have the same, which depends on browser, zoom and fonts. */
  #learnRowHeight(seen) {
    const height = this.#body.firstChild?.getBoundingClientRect().height;
    if (!height || Math.abs(height - this.#rowHeight) < 0.1) return;
    this.#rowHeight = height;
    this.paint(seen);
  }

  #head({ sort, title, of, isTime }) {
    const arrow = element("span", { class: "arrow", "aria-hidden": "true" });
    const button = element("button", { type: "button" }, title);
    if (of) button.append(element("span", { class: "unseen" }, ` ${of}`));
    button.append(arrow);
    const node = element("th", { scope: "col", "data-column": sort }, button);
    let shown = null;
    button.addEventListener("click", () => {
      // A second click reverses the order. Columns of times begin with the longest.
      this.#sortBy(sort, shown === null ? Boolean(isTime) : !shown);
    });
    return {
      node,
      update(view) {
        shown = view.sort === sort ? view.descending : null;
        const order = shown === null ? null : shown ? "descending" : "ascending";
        setAttribute(node, "aria-sort", order);
        setText(arrow, shown === null ? "" : shown ? "▼" : "▲");
      },
    };
  }
}

/** The number of the row that each agent begins with, and of the row after the last. */
function firstRows(agents) {
  const starts = new Uint32Array(agents.length + 1);
  agents.forEach((agent, at) => {
    starts[at + 1] = starts[at] + Math.max(1, contactsOf(agent).length);
  });
  return starts;
}

function rowsOf(agent, index) {
  const contacts = contactsOf(agent);
  if (contacts.length === 0) {
    return [{ key: agent.AgentId, agent, contact: null, index, isFirst: true, span: 1 }];
  }
  return contacts.map((contact, at) => ({
    key: `${agent.AgentId} ${contact.ContactId}`,
    agent,
    contact,
    index: index + at,
    isFirst: at === 0,
    span: contacts.length,
  }));
}

/** The cells that say who the agent is; with several contacts they span their rows. */
class AgentCells {
  #name = agentName();
  #silent = silentMark();
  #activity = activity();
  #time = timer();
  #profile = element("td", { "data-column": "profile" });
  #group = element("td", { "data-column": "group" });

  constructor() {
    const who = element("div", { class: "who" }, this.#name.node, this.#silent.node);
    this.nodes = [
      element("th", { scope: "row", "data-column": "agent" }, who),
      element("td", { "data-column": "activity" }, this.#activity.node),
      element("td", { "data-column": "activity-time" }, this.#time),
      this.#profile,
      this.#group,
    ];
  }

  update(agent, span, now) {
    for (const node of this.nodes) setAttribute(node, "rowspan", span > 1 && span);
    setAttribute(this.nodes[0], "scope", span > 1 ? "rowgroup" : "row");
    this.#name.update(agent);
    this.#silent.update(agent, now);
    this.#activity.update(agent);
    setSince(this.#time, agent.ActivityStartTimestamp, now);
    setTextAndTitle(this.#profile, profileName(agent));
    setTextAndTitle(this.#group, groupPath(agent));
  }
}

class IdleRow {
  #cells = new AgentCells();

  constructor() {
    const empty = CONTACT_COLUMNS.map((column) => element("td", { "data-column": column }));
    this.node = element("tr", {}, ...this.#cells.nodes, ...empty);
  }

  update({ agent, index }, { now }) {
    updateRow(this.node, agent, index, true);
    setAttribute(this.node, "data-idle", "yes");
    this.#cells.update(agent, 1, now);
  }
}

class ContactRow {
  #cells = null;
  #state = contactState();
  #time = timer();
  #queue = element("td", { "data-column": "queue" });
  #channel = channel();

  constructor() {
    this.node = element(
      "tr",
      {},
      element("td", { "data-column": "state" }, this.#state.node),
      element("td", { "data-column": "state-time" }, this.#time),
      this.#queue,
      element("td", { "data-column": "channel" }, this.#channel.node),
    );
  }

  update({ agent, contact, index, isFirst, span }, { queueName, now, thresholds }) {
    updateRow(this.node, agent, index, isFirst);
    this.#keepAgentCells(isFirst);
    this.#cells?.update(agent, span, now);
    this.#state.update(contact, agent);
    setSince(this.#time, contact.StateStartTimestamp, now, mostSeconds(contact, thresholds));
    setTextAndTitle(this.#queue, queueName(contact.Queue));
    this.#channel.update(contact);
  }

  /** Adds or removes the agent's cells: when the first contact leaves, the next row gets them. */
  #keepAgentCells(isFirst) {
    if (isFirst && !this.#cells) {
      this.#cells = new AgentCells();
      this.node.prepend(...this.#cells.nodes);
    } else if (!isFirst && this.#cells) {
      for (const node of this.#cells.nodes) node.remove();
      this.#cells = null;
    }
  }
}

/** Sets a text that a narrow column may cut off, and as its title the whole text. */
function setTextAndTitle(node, text) {
  setText(node, text);
  setAttribute(node, "title", text);
}

function updateRow(node, agent, index, isFirst) {
  // Row 1 is the head of the table.
  setAttribute(node, "aria-rowindex", index + 2);
  setAttribute(node, "data-silent", agent.IsSilent && "yes");
  setAttribute(node, "data-first", isFirst && "yes");
}
