// Entry of agent.html: what one agent did on a day.

import { BarNavigation } from "../chain/navigation.js";
import { byId } from "../page/by_id.js";
import { showContent } from "../page/content.js";
import { connectDayLinks } from "../page/day_links.js";
import { boundsOf, dayText, statedDay } from "../page/days.js";
import { secondsText } from "../page/durations.js";
import { setAttribute, setText } from "../page/elements.js";
import { dashes, tiles } from "../page/tiles.js";
import { failedOffers } from "../records/contact_facts.js";
import { listPath, readAll } from "../records/contact_list.js";
import { contactTable } from "../records/contact_table.js";
import { Connection } from "../session/connection.js";
import { Poller } from "../session/poller.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";
import { dayOf, totalsOf } from "./day.js";
import { dayPictureOf } from "./day_picture.js";

const PAUSES = { whenVisible: 30_000, whenHidden: 300_000 };
const MOST_CONTACTS = 1000;
const LEAST_WIDTH = 900;
const FAILED = "MISSED,REJECTED,ERROR";
const LABELS = [
  "Now",
  "Contacts handled",
  "Talk",
  "On hold",
  "After contact work",
  "Average handle time",
  "With a contact",
  "Missed",
  "Rejected",
  "Error",
];

class AgentPage {
  #agentId;
  #day;
  #api;
  #connection;
  #clock = new ServerClock();
  #poller = new Poller(() => this.#ask(), PAUSES);
  #navigation = new BarNavigation(byId("frame"));
  #records = [];
  #live;
  #hasMore = false;

  constructor({ api, session }, { agentId, day }) {
    this.#api = api;
    this.#agentId = agentId;
    this.#day = day;
    this.#connection = new Connection(session);
    window.addEventListener("resize", () => this.#records.length && this.#draw());
    byId("frame").addEventListener("scroll", () => this.#keepLabelsInSight(), { passive: true });
  }

  start() {
    this.#poller.start();
    setInterval(() => this.#connection.tick(), 1000);
  }

  get #isToday() {
    return this.#day === dayText(this.#clock.now());
  }

  async #ask() {
    try {
      const { from, to } = boundsOf(this.#day);
      const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const path = `/agents/${encodeURIComponent(this.#agentId)}/contacts`;
      const [live, answered, failed] = await Promise.all([
        this.#api.get("/live/agents"),
        readAll(this.#api, listPath(path, period), MOST_CONTACTS),
        readAll(this.#api, listPath(path, { ...period, outcome: FAILED }), MOST_CONTACTS),
      ]);
      this.#clock.learn(live.body.Timestamp, live);
      this.#live = live.body.Agents.find(({ AgentId }) => AgentId === this.#agentId);
      const records = [...answered.records, ...failed.records];
      this.#records = [...new Map(records.map((each) => [each.ContactId, each])).values()];
      this.#hasMore = answered.hasMore || failed.hasMore;
      this.#show();
      this.#connection.answered();
      byId("connection").hidden = !this.#isToday;
      if (!this.#isToday) this.#poller.stop();
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  #show() {
    const story = this.#story();
    const totals = totalsOf(this.#records, this.#agentId, story);
    setText(byId("name"), `${this.#name}’s day`);
    document.title = `${this.#name} · Contact Chains`;
    showContent(byId("totals"), ...tiles(this.#pairs(totals)));
    const missed = this.#records.filter((record) => failedOffers(record, this.#agentId).length);
    this.#table("failed", "Failed offers", missed);
    this.#table("contacts", "Contacts", this.#records);
    byId("picture").hidden = story.legs.length === 0;
    byId("nothing").hidden = this.#records.length > 0;
    byId("too-many").hidden = !this.#hasMore;
    if (story.legs.length) this.#draw();
  }

  #pairs({ handled, talk, hold, work, handle, busy, failed }) {
    const rounded = handle === undefined ? undefined : Math.round(handle);
    const values = [
      this.#live?.Activity ?? "Not at work",
      String(handled),
      secondsText(talk),
      secondsText(hold),
      secondsText(work),
      secondsText(rounded),
      secondsText(busy),
      ...["MISSED", "REJECTED", "ERROR"].map((outcome) => String(failed[outcome])),
    ];
    const pairs = LABELS.map((label, at) => [label, values[at]]);
    return this.#isToday ? pairs : pairs.slice(1);
  }

  /** The agent's username from any record that has it, else the id. */
  get #name() {
    if (this.#live?.Username) return this.#live.Username;
    for (const { Agent, AgentId: answering, Attempts } of this.#records) {
      if (answering === this.#agentId && Agent?.Username) return Agent.Username;
      const offer = (Attempts ?? []).find(({ AgentId }) => AgentId === this.#agentId);
      if (offer?.Username) return offer.Username;
    }
    return this.#agentId;
  }

  #table(id, caption, records) {
    const newestFirst = [...records].sort((a, b) => (a.StartTimestamp < b.StartTimestamp ? 1 : -1));
    byId(`${id}-section`).hidden = records.length === 0;
    showContent(byId(id), contactTable(caption, newestFirst, this.#clock.now()));
  }

  #story() {
    return dayOf(this.#records, this.#agentId, this.#clock.now());
  }

  #draw() {
    const width = Math.max(LEAST_WIDTH, byId("frame").clientWidth);
    this.#navigation.show(dayPictureOf(this.#story(), { width, name: this.#name }));
    this.#keepLabelsInSight();
  }

  #keepLabelsInSight() {
    const frame = byId("frame");
    setAttribute(
      frame.querySelector(".labels") ?? frame,
      "transform",
      `translate(${frame.scrollLeft} 0)`,
    );
  }
}

const parameters = new URLSearchParams(location.search);
const agentId = parameters.get("agent")?.trim();
const day = statedDay(parameters.get("day"), Date.now());
connectDayLinks(day, Date.now());
byId("totals").replaceChildren(...dashes(LABELS));
const page = await startPage();
if (agentId) new AgentPage(page, { agentId, day }).start();
else {
  setText(byId("name"), "Choose an agent on the live board");
  byId("connection").hidden = true;
}
