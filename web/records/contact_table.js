// A table of contact records: each row leads to its chain, its agent and its queue.

import { dayAndTime, secondsText, timeOfDay, day } from "../page/durations.js";
import { element } from "../page/elements.js";
import { icon } from "../page/icons.js";
import { channelIcon } from "../page/looks.js";
import {
  agentOf,
  failedOffersText,
  isOpen,
  queueOf,
  secondsOf,
  statusLook,
  statusText,
} from "./contact_facts.js";

const LAST = "\uffff";

/** Columns: title, text, sort key; `isTime` marks durations, which are sorted longest first. */
export const COLUMNS = [
  {
    id: "start",
    title: "Start",
    text: (record, { now }) => startText(record, now),
    value: (record) => record.StartTimestamp ?? "",
    isTime: true,
  },
  { id: "agent", title: "Agent", text: (record) => agentOf(record)?.name ?? "–" },
  { id: "queue", title: "Queue", text: (record) => queueOf(record)?.name ?? "–" },
  { id: "channel", title: "Channel", text: (record) => record.Channel ?? "–" },
  { id: "status", title: "Status", text: statusText },
  seconds("wait", "In queue", (record) => record.Queue?.Duration),
  seconds("talk", "Talk", (record) => record.Agent?.AgentInteractionDuration),
  seconds("hold", "Hold", (record) => record.Agent?.CustomerHoldDuration),
  seconds("acw", "ACW", (record) => record.Agent?.AfterContactWorkDuration),
  seconds("duration", "Duration", (record, { now }) => secondsOf(record, now)),
  { id: "failed", title: "Failed offers", text: (record) => failedOffersText(record) || "–" },
  { id: "transfer", title: "Transfer", text: (record) => record.TransferType ?? "–" },
  { id: "method", title: "Began as", text: (record) => record.InitiationMethod ?? "–" },
];

/** `records` in the order of a column; equal ones the newest first. */
export function sorted(records, { sort, descending, now }) {
  const column = COLUMNS.find(({ id }) => id === sort) ?? COLUMNS[0];
  const valueOf = column.value ?? ((record) => known(column.text(record, { now })));
  const rows = records.map((record) => ({ record, value: valueOf(record, { now }) }));
  const sign = descending ? -1 : 1;
  rows.sort((a, b) => {
    // Unknown values come last in either order.
    if ((a.value === undefined) !== (b.value === undefined)) return a.value === undefined ? 1 : -1;
    if (a.value !== b.value) return a.value < b.value ? -sign : sign;
    return (b.record.StartTimestamp ?? LAST) < (a.record.StartTimestamp ?? LAST) ? -1 : 1;
  });
  return rows.map(({ record }) => record);
}

/** The rows of `records` as of `now`. */
export function contactRows(records, now) {
  return records.map((record) =>
    element("tr", {}, ...COLUMNS.map((column) => cell(column, record, now))),
  );
}

/** The heads; `sortBy(column, descending)` is called on a click, without it they are texts. */
export function contactHeads(order, sortBy) {
  const heads = COLUMNS.map((column) => head(column, order, sortBy));
  return element("thead", {}, element("tr", {}, ...heads));
}

/** A whole table, newest first, without controls. */
export function contactTable(caption, records, now) {
  return element(
    "table",
    { class: "contacts" },
    element("caption", { class: "unseen" }, caption),
    contactHeads(null, null),
    element("tbody", {}, ...contactRows(records, now)),
  );
}

/** The address of the chain of a contact. */
export function chainAddress(contactId) {
  return `chain.html?contact=${encodeURIComponent(contactId)}`;
}

/** A link to an agent's day. */
export function agentLink({ id, name }) {
  return element("a", { href: `agent.html?agent=${encodeURIComponent(id)}` }, name);
}

/** A link to a queue's page. */
export function queueLink({ id, name }) {
  return element("a", { href: `queue.html?queue=${encodeURIComponent(id)}` }, name);
}

function seconds(id, title, value) {
  const text = (record, at) => secondsText(value(record, at));
  return { id, title, text, value, isTime: true, isNumber: true };
}

function known(text) {
  return text === "–" ? undefined : text.toLowerCase();
}

function head({ id, title, isTime, isNumber }, order, sortBy) {
  const node = element("th", { scope: "col", "data-column": id, "data-number": isNumber });
  if (!sortBy) {
    node.append(title);
    return node;
  }
  const shown = order.sort === id ? order.descending : null;
  const button = element("button", { type: "button" }, title);
  const arrow = shown === null ? "" : shown ? "▼" : "▲";
  button.append(element("span", { class: "arrow", "aria-hidden": "true" }, arrow));
  button.addEventListener("click", () => sortBy(id, shown === null ? Boolean(isTime) : !shown));
  if (shown !== null) node.setAttribute("aria-sort", shown ? "descending" : "ascending");
  node.append(button);
  return node;
}

function cell(column, record, now) {
  const text = column.text(record, { now });
  const attributes = { "data-column": column.id, "data-number": column.isNumber };
  if (column.id === "start") {
    const link = element("a", { class: "row-link", href: chainAddress(record.ContactId) }, text);
    link.append(element("span", { class: "unseen" }, " show its chain"));
    return element("th", { scope: "row", ...attributes }, link);
  }
  return element("td", attributes, content(column.id, record, text));
}

function content(id, record, text) {
  if (id === "agent" && agentOf(record)) return agentLink(agentOf(record));
  const queue = queueOf(record);
  if (id === "queue" && queue?.id && !queue.isOwn) return queueLink(queue);
  if (id === "channel" && record.Channel) {
    return element("span", { class: "channel" }, icon(channelIcon(record.Channel)), text);
  }
  if (id === "status") {
    const mark = isOpen(record) || statusLook(record) === "failed";
    return element("span", { class: mark ? "chip" : "", "data-look": statusLook(record) }, text);
  }
  return text;
}

/** The text of a moment; with its day if that is not today. */
function startText(record, now) {
  const start = record.StartTimestamp;
  if (!start) return "–";
  return day(start) === day(now) ? timeOfDay(start) : dayAndTime(start);
}
