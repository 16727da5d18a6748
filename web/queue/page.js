// Entry of queue.html: who waits in a queue now, and its day by quarter of an hour.

import { byId } from "../page/by_id.js";
import { showContent } from "../page/content.js";
import { connectDayLinks } from "../page/day_links.js";
import { boundsOf, dayText, statedDay } from "../page/days.js";
import { secondsText, timeOfDay } from "../page/durations.js";
import { element, setText } from "../page/elements.js";
import { keepChildren } from "../page/keyed_children.js";
import { thresholdsOf } from "../page/thresholds.js";
import { dashes, tiles } from "../page/tiles.js";
import { runTimers, setSince, timer } from "../page/timers.js";
import { chainAddress } from "../records/contact_table.js";
import {
  DayOfQueues,
  averageHandleTime,
  averageWait,
  percentText,
  serviceLevel,
} from "../records/quarters.js";
import { Connection } from "../session/connection.js";
import { Poller } from "../session/poller.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";

const PAUSES = { whenVisible: 5_000, whenHidden: 60_000 };
const ASKS_PER_COUNT = 6;
const NOTHING = { Offered: 0, Handled: 0, Abandoned: 0, Missed: 0, Answered: 0, AnsweredInTime: 0 };

class QueuePage {
  #api;
  #queueId;
  #isToday;
  #thresholds;
  #connection;
  #clock = new ServerClock();
  #poller = new Poller(() => this.#ask(), PAUSES);
  #day;
  #waiting = null;
  #waitingParts = new Map();
  #asks = 0;

  constructor({ api, session }, { queueId, day, thresholds }) {
    this.#api = api;
    this.#queueId = queueId;
    this.#isToday = day === dayText(Date.now());
    this.#thresholds = thresholds;
    this.#connection = new Connection(session);
    this.#day = new DayOfQueues(api, { bounds: boundsOf(day), within: thresholds.within });
  }

  start() {
    this.#poller.start();
    runTimers(this.#clock, () => this.#connection.tick());
  }

  async #ask() {
    try {
      await this.#askWhoWaits();
      if (this.#asks % ASKS_PER_COUNT === 0) {
        await this.#day.refresh(this.#clock.now(), () => this.#show());
      }
      this.#asks += 1;
      this.#show();
      this.#connection.answered();
      if (!this.#isToday && this.#day.isWhole) this.#poller.stop();
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  async #askWhoWaits() {
    if (!this.#isToday) return;
    const { body, ...moments } = await this.#api.get("/live/queues");
    this.#clock.learn(body.Timestamp, moments);
    const found = body.Queues.find(({ Queue }) => Queue.Id === this.#queueId);
    this.#waiting = found ?? { Queue: {}, Waiting: 0, Contacts: [] };
  }

  #show() {
    const sums = this.#day.byQueue().get(this.#queueId);
    const name = this.#waiting?.Queue.Name ?? sums?.Queue.Name;
    setText(byId("name"), name ?? "Queue");
    document.title = `${name ?? "Queue"} · Contact Chains`;
    showContent(byId("totals"), ...tiles(this.#pairs(sums)));
    this.#showWaiting();
    this.#showQuarters();
    byId("counting").hidden = this.#day.isWhole;
    setText(byId("counting"), `Counting: ${this.#day.quarters.length} quarters of an hour so far.`);
  }

  #pairs(sums) {
    const { within } = this.#thresholds;
    const values = sums ?? (this.#day.isWhole ? NOTHING : null);
    const pairs = [
      ["Offered", values?.Offered],
      ["Handled", values?.Handled],
      ["Abandoned", values?.Abandoned],
      ["Missed offers", values?.Missed],
    ].map(([label, value]) => [label, value === undefined ? "–" : String(value)]);
    pairs.push([`Answered within ${within} s`, values ? percentText(serviceLevel(values)) : "–"]);
    pairs.push(["Average wait", secondsText(values ? averageWait(values) : undefined)]);
    pairs.push(["Longest wait", secondsText(values?.LongestQueueDuration)]);
    pairs.push(["Average handle time", secondsText(values ? averageHandleTime(values) : undefined)]);
    if (this.#isToday) pairs.unshift(["Waiting now", String(this.#waiting?.Waiting ?? "–")]);
    return pairs;
  }

  #showWaiting() {
    const contacts = this.#waiting?.Contacts ?? [];
    byId("waiting-section").hidden = contacts.length === 0;
    const place = byId("waiting");
    if (!place.firstChild) place.append(waitingTable());
    const now = this.#clock.now();
    keepChildren(place.querySelector("tbody"), this.#waitingParts, contacts, {
      key: ({ ContactId }) => ContactId,
      create: (contact) => waitingRow(contact),
      update: (row, { EnqueueTimestamp }) =>
        setSince(row.time, EnqueueTimestamp, now, this.#thresholds.wait),
    });
  }

  #showQuarters() {
    const rows = this.#day.quarters
      .map((quarter) => [quarter, quarter.Queues.find(({ Queue }) => Queue.Id === this.#queueId)])
      .filter(([, counts]) => counts)
      .reverse()
      .map(([quarter, counts]) => quarterRow(quarter.StartTimestamp, counts));
    byId("nothing").hidden = rows.length > 0;
    setText(byId("nothing"), this.#day.isWhole ? "No contact was offered on this day." : "–");
    showContent(byId("quarters"), ...(rows.length ? [this.#quarterTable(rows)] : []));
  }

  #quarterTable(rows) {
    const heads = [
      "From",
      "Offered",
      "Handled",
      "Abandoned",
      "Missed offers",
      `Answered within ${this.#thresholds.within} s`,
      "Average wait",
      "Longest wait",
      "Average handle time",
    ];
    return table("Quarters of an hour", heads, rows);
  }
}

function quarterRow(start, counts) {
  const texts = [
    String(counts.Offered),
    String(counts.Handled),
    String(counts.Abandoned),
    String(counts.Missed),
    percentText(serviceLevel(counts)),
    secondsText(averageWait(counts)),
    secondsText(counts.LongestQueueDuration),
    secondsText(averageHandleTime(counts)),
  ];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, timeOfDay(start).slice(0, 5)),
    ...texts.map((text) => element("td", { "data-number": "yes" }, text)),
  );
}

function waitingTable() {
  return table("Contacts that wait", ["Contact", "Channel", "Waits for"], []);
}

function waitingRow({ ContactId, Channel }) {
  const time = timer();
  const link = element(
    "a",
    { href: chainAddress(ContactId), title: ContactId },
    ContactId.slice(0, 8),
  );
  const node = element(
    "tr",
    {},
    element("th", { scope: "row" }, link),
    element("td", { "data-number": "yes" }, Channel ?? "–"),
    element("td", { "data-number": "yes" }, time),
  );
  return { node, time };
}

function table(caption, heads, rows) {
  const head = heads.map((text, at) =>
    element("th", { scope: "col", "data-number": at > 0 && "yes" }, text),
  );
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}

const parameters = new URLSearchParams(location.search);
const queueId = parameters.get("queue")?.trim();
const day = statedDay(parameters.get("day"), Date.now());
connectDayLinks(day, Date.now());
byId("totals").replaceChildren(
  ...dashes(["Waiting now", "Offered", "Handled", "Abandoned", "Missed offers", "Average wait"]),
);
byId("contacts-link").href = `search.html?queue=${encodeURIComponent(queueId ?? "")}`;
const page = await startPage();
if (queueId) {
  new QueuePage(page, { queueId, day, thresholds: thresholdsOf(location.search) }).start();
} else {
  setText(byId("name"), "Choose a queue on the live board");
  byId("connection").hidden = true;
}
