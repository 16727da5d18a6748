// The contacts that were found: sorted, page by page, and as a file.

import { showContent } from "../page/content.js";
import { csvText } from "../page/csv.js";
import { element, setText } from "../page/elements.js";
import { save } from "../page/file.js";
import {
  agentOf,
  failedOffersText,
  handleSeconds,
  queueOf,
  secondsOf,
} from "../records/contact_facts.js";
import { contactHeads, contactRows, sorted } from "../records/contact_table.js";

export const PER_PAGE = 50;

const CSV = [
  ["ContactId", (record) => record.ContactId],
  ["ChainId", (record) => record.ChainId],
  ["StartTimestamp", (record) => record.StartTimestamp],
  ["Channel", (record) => record.Channel],
  ["InitiationMethod", (record) => record.InitiationMethod],
  ["Status", (record) => record.Status],
  ["TransferType", (record) => record.TransferType],
  ["Agent", (record) => agentOf(record)?.name],
  ["AgentId", (record) => agentOf(record)?.id],
  ["Queue", (record) => queueOf(record)?.name],
  ["QueueId", (record) => queueOf(record)?.id],
  ["FailedOffers", failedOffersText],
  ["QueueSeconds", (record) => record.Queue?.Duration],
  ["InteractionSeconds", (record) => record.Agent?.AgentInteractionDuration],
  ["HoldSeconds", (record) => record.Agent?.CustomerHoldDuration],
  ["AfterContactWorkSeconds", (record) => record.Agent?.AfterContactWorkDuration],
  ["HandleSeconds", handleSeconds],
  ["Seconds", secondsOf],
];

export class Results {
  #place;
  #pages;
  #change;

  /** `change(part of a search)` is called when the viewer wants another order or page. */
  constructor({ place, pages, change }) {
    this.#place = place;
    this.#pages = pages;
    this.#change = change;
  }

  /** Shows `records` as the search orders them. */
  update(records, search, now) {
    const count = Math.max(1, Math.ceil(records.length / PER_PAGE));
    const page = Math.min(count, Math.max(1, Number(search.page) || 1));
    const rows = sorted(records, { ...search, now }).slice((page - 1) * PER_PAGE, page * PER_PAGE);
    showContent(
      this.#place,
      element(
        "table",
        { class: "contacts" },
        element("caption", { class: "unseen" }, "Contacts found"),
        contactHeads(search, (sort, descending) => this.#change({ sort, descending, page: "" })),
        element("tbody", {}, ...contactRows(rows, now)),
      ),
    );
    this.#showPages(page, count);
  }

  /** Shows no contacts while none are known yet. */
  clear() {
    this.#place.replaceChildren();
    this.#pages.hidden = true;
  }

  #showPages(page, count) {
    this.#pages.hidden = count === 1;
    const [before, place, after] = this.#pages.children;
    setText(place, `Page ${page} of ${count}`);
    before.disabled = page === 1;
    after.disabled = page === count;
    before.onclick = () => this.#change({ page: page > 2 ? String(page - 1) : "" });
    after.onclick = () => this.#change({ page: String(page + 1) });
  }
}

/** Hands `records` to the viewer as a CSV file, in the order of the search. */
export function saveCsv(records, search, now) {
  const rows = sorted(records, { ...search, now }).map((record) =>
    CSV.map(([, value]) => value(record, now)),
  );
  const heads = CSV.map(([head]) => head);
  const made = new Date(now).toISOString().slice(0, 16).replaceAll(":", "");
  save(csvText(heads, rows), "text/csv", `contacts-${made}.csv`);
}
