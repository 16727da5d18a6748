// The figures above the agents: how many are at what, and the contacts of each queue by state.

import { announce } from "../page/announcements.js";
import { element, setAttribute, setText } from "../page/elements.js";
import { icon } from "../page/icons.js";
import { keepChildren } from "../page/keyed_children.js";
import { activityLook } from "../page/looks.js";

const NOT_KNOWN = "–";

/** Agents by activity; a click shows only those. */
export class ActivityCounts {
  #list;
  #choose;
  #parts = new Map();

  constructor(list, choose) {
    this.#list = list;
    this.#choose = choose;
  }

  /** `counts` as `countsOf` makes them; `chosen` is the activity that is filtered by. */
  update(counts, chosen) {
    const items = counts.activities.map(([activity, number]) => ({ activity, number }));
    keepChildren(this.#list, this.#parts, items, {
      key: ({ activity }) => activity,
      create: ({ activity }) => this.#figure(activity),
      update: (part, { activity, number }) => part.update(number, activity === chosen),
    });
  }

  #figure(activity) {
    const figure = element("span", { class: "figure" });
    const look = activityLook(activity);
    const button = element("button", { type: "button", class: "count", "data-look": look });
    button.append(figure, element("span", { class: "count-word" }, icon(look), activity));
    let isChosen = false;
    button.addEventListener("click", () => this.#choose(isChosen ? "" : activity));
    return {
      node: element("li", {}, button),
      update(number, isChosenNow) {
        isChosen = isChosenNow;
        setText(figure, String(number ?? NOT_KNOWN));
        setAttribute(button, "data-none", !number && "yes");
        setAttribute(button, "aria-pressed", String(isChosen));
      },
    };
  }
}

/** Contacts by queue and contact state: only the states that there are, for there are many. */
export class QueueCounts {
  #list;
  #none;
  #more;
  #parts = new Map();

  /** `none` says instead of a list that it is empty or not known, `more` that some are left out. */
  constructor({ list, none, more }) {
    this.#list = list;
    this.#none = none;
    this.#more = more;
  }

  /** Shows as many queues as fit into `place`, which does not grow: those with the most contacts. */
  fit(counts, place) {
    this.update(counts);
    let most = counts.queues?.length ?? 0;
    while (most > 1 && place.scrollHeight > place.clientHeight) {
      most -= 1;
      this.update(counts, most);
    }
  }

  /** Shows all queues, or the `most` with the most contacts. */
  update({ queues: known }, most = Infinity) {
    const queues = known ?? [];
    const shown = busiest(queues, most);
    keepChildren(this.#list, this.#parts, shown, {
      key: (queue) => queue.id,
      create: () => new QueueCount(),
      update: (part, queue) => part.update(queue),
    });
    setText(this.#none, known ? "No contacts." : NOT_KNOWN);
    this.#none.hidden = queues.length > 0;
    this.#list.hidden = queues.length === 0;
    this.#more.hidden = shown.length === queues.length;
    setText(this.#more, `and ${queues.length - shown.length} more with fewer contacts`);
  }
}

/** Agents of whom nothing has been heard; announced when the first of them falls silent. */
export class SilentCount {
  #node;
  #number = 0;

  constructor(node) {
    this.#node = node;
    node.querySelector(".count-word").prepend(icon("silent"));
  }

  update(number) {
    this.#node.hidden = number === 0;
    setText(this.#node.querySelector(".figure"), String(number));
    if (number > 0 && this.#number === 0) announce("Nothing is heard of an agent any more.");
    this.#number = number;
  }
}

/** The `most` queues with the most contacts, in the order in which they came. */
function busiest(queues, most) {
  if (queues.length <= most) return queues;
  const chosen = new Set([...queues].sort((a, b) => b.total - a.total).slice(0, most));
  return queues.filter((queue) => chosen.has(queue));
}

class QueueCount {
  #name = element("span", { class: "queue-name" });
  #total = element("span", { class: "queue-total" });
  #states = element("ul", { class: "queue-states" });
  #parts = new Map();

  constructor() {
    const head = element("p", { class: "queue-head" }, this.#name, " ", this.#total);
    this.node = element("li", {}, head, this.#states);
  }

  update({ name, total, states }) {
    setText(this.#name, name);
    setAttribute(this.#name, "title", name);
    setText(this.#total, String(total));
    keepChildren(this.#states, this.#parts, states, {
      key: ({ label }) => label,
      create: ({ label, look }) => stateCount(label, look),
      update: (part, { number }) => setText(part.number, String(number)),
    });
  }
}

function stateCount(label, look) {
  const number = element("strong");
  const node = element("li", { "data-look": look }, icon(look), number, ` ${label}`);
  return { node, number };
}
