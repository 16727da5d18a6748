// The table of queues, the most urgent first: all of them, or as many as there is room for.

import { secondsText } from "../page/durations.js";
import { element, setAttribute, setText } from "../page/elements.js";
import { icon } from "../page/icons.js";
import { keepChildren } from "../page/keyed_children.js";
import { setSince, timer } from "../page/timers.js";
import { OWN_QUEUES } from "../records/quarters.js";

const NOT_KNOWN = "–";
const COLUMNS = [
  ["name", "Queue"],
  ["waiting", "Waiting"],
  ["oldest", "Oldest wait"],
  ["free", "Agents free", "Available, of the routing profiles that took its contacts today"],
  ["total", "With agents"],
  ["handled", "Handled", "Today: connected to an agent"],
  ["abandoned", "Abandoned", "Today"],
  ["missed", "Missed", "Today: offers that agents let ring"],
  ["handle", "Handle time", "Today, on average: talk, hold and after contact work"],
];

export class QueueTable {
  #body = element("tbody");
  #none;
  #more;
  #parts = new Map();

  /** `none` says instead of rows that there are none or not known, `more` how many are left out. */
  constructor({ place, none, more }) {
    this.#none = none;
    this.#more = more;
    const heads = COLUMNS.map(([id, title, meaning]) =>
      element("th", { scope: "col", "data-queue": id, title: meaning }, title),
    );
    this.node = element(
      "table",
      { class: "queue-table" },
      element("caption", { class: "unseen" }, "Queues"),
      element("thead", {}, element("tr", {}, ...heads)),
      this.#body,
    );
    place.replaceChildren(this.node);
  }

  /** Shows as many rows as fit into `place`, which does not grow. */
  fit(rows, place, seen) {
    let most = rows?.length ?? 0;
    this.update(rows, seen);
    while (most > 1 && place.scrollHeight > place.clientHeight) {
      most -= 1;
      this.update(rows, { ...seen, most });
    }
  }

  /** Shows `rows` (null: not known), at most `most`, as of `now`. */
  update(rows, { now, thresholds, most = Infinity }) {
    const shown = mostUrgent(rows ?? [], most);
    keepChildren(this.#body, this.#parts, shown, {
      key: ({ id }) => id,
      create: () => new QueueRow(),
      update: (part, row) => part.update(row, { now, thresholds }),
    });
    this.node.style.setProperty("--rows", String(shown.length));
    const left = (rows?.length ?? 0) - shown.length;
    setText(this.#none, rows ? "No contacts." : NOT_KNOWN);
    this.#none.hidden = shown.length > 0;
    this.node.hidden = shown.length === 0;
    this.#more.hidden = left === 0;
    setText(this.#more, `and ${left} more with fewer contacts`);
  }
}

/** Those in which contacts wait, then those with the most contacts; in the order of `rows`. */
function mostUrgent(rows, most) {
  if (rows.length <= most) return rows;
  const chosen = [...rows].sort(
    (a, b) => Number(Boolean(b.oldest)) - Number(Boolean(a.oldest)) || b.total - a.total,
  );
  const kept = new Set(chosen.slice(0, most));
  return rows.filter((row) => kept.has(row));
}

class QueueRow {
  #name = element("a", { class: "queue-name" });
  #cells = new Map(COLUMNS.slice(1).map(([id]) => [id, element("td", { "data-queue": id })]));
  #time = timer();
  #total = element("span", { class: "queue-total" });
  #states = element("ul", { class: "queue-states" });
  #links = new Map();
  #parts = new Map();

  constructor() {
    const head = element("th", { scope: "row", "data-queue": "name" }, this.#name);
    this.node = element("tr", {}, head, ...this.#cells.values());
    this.#cells.get("oldest").append(this.#time);
    this.#cells.get("total").append(this.#total, " ", this.#states);
    for (const name of ["abandoned", "missed"]) {
      const link = element("a");
      this.#links.set(name, link);
      this.#cells.get(name).append(link);
    }
  }

  update(row, { now, thresholds }) {
    const isReal = row.id !== "" && row.id !== OWN_QUEUES;
    const id = encodeURIComponent(row.id);
    setText(this.#name, row.name);
    setAttribute(this.#name, "title", row.name);
    setAttribute(this.#name, "href", isReal && `queue.html?queue=${id}`);
    setAttribute(this.node, "data-waits", row.waiting > 0 && "yes");
    this.#number("waiting", row.waiting);
    this.#number("free", row.free);
    this.#number("handled", row.handled);
    setSince(this.#time, row.oldest, now, thresholds.wait);
    setText(this.#cells.get("handle"), secondsText(row.handleTime ?? undefined));
    setText(this.#total, String(row.total));
    this.#showStates(row.states);
    this.#link("abandoned", row.abandoned, isReal && `search.html?queue=${id}&status=ABANDONED`);
    this.#link("missed", row.missed, isReal && `search.html?queue=${id}&outcome=MISSED`);
    setAttribute(this.#cells.get("free"), "data-none-free", isNobodyFree(row) && "yes");
  }

  #number(name, value) {
    setText(this.#cells.get(name), String(value ?? NOT_KNOWN));
  }

  /** A number that leads to its contacts; 0 is no link. */
  #link(name, value, address) {
    setText(this.#links.get(name), String(value ?? NOT_KNOWN));
    setAttribute(this.#links.get(name), "href", value > 0 && address);
  }

  #showStates(states) {
    keepChildren(this.#states, this.#parts, states, {
      key: ({ label }) => label,
      create: ({ label, look }) => stateCount(label, look),
      update: (part, { number }) => setText(part.number, String(number)),
    });
  }
}

function isNobodyFree({ waiting, free }) {
  return waiting > 0 && free === 0;
}

function stateCount(label, look) {
  const number = element("strong");
  const word = element("span", { class: "word" }, ` ${label}`);
  const node = element("li", { "data-look": look, title: label }, icon(look), number, word);
  return { node, number };
}
