// Entry of index.html, the live board: asks for the live agents and shows them as the viewer wants.

import { announce } from "../page/announcements.js";
import { onPlainClick, setAttribute, setText } from "../page/elements.js";
import { runTimers } from "../page/timers.js";
import { Connection } from "../session/connection.js";
import { Poller } from "../session/poller.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";
import { AgentTable } from "./agent_table.js";
import { AgentTiles } from "./agent_tiles.js";
import { UNKNOWN_COUNTS, countsOf, filterChoices, queueNaming, shownAgents } from "./agents.js";
import { ActivityCounts, QueueCounts, SilentCount } from "./counts.js";
import { Filters } from "./filters.js";
import { onScreenChange } from "./screen_rows.js";
import { addressOf, isFiltered, viewOf } from "./view.js";
import { Wall } from "./wall.js";

const PAUSES = { whenVisible: 2_000, whenHidden: 20_000 };
const PAUSE_BEFORE_ANNOUNCING = 700;
const INSTANCE = new URLSearchParams(location.search).get("instance");

class Board {
  #clock = new ServerClock();
  #view = viewOf(location.search);
  #agents = [];
  #shown = [];
  #queueName = queueNaming([]);
  #etag;
  #hasFigures = false;
  #announcing;
  #api;
  #connection;
  #activities = new ActivityCounts(byId("activities"), (activity) => this.#change({ activity }));
  #queues = new QueueCounts({
    list: byId("queues"),
    none: byId("no-queues"),
    more: byId("more-queues"),
  });
  #silent = new SilentCount(byId("silent"));
  #filters = new Filters(byId("filters"), (part) => this.#change(part));
  #layouts = {
    table: new AgentTable((sort, descending) => this.#change({ sort, descending })),
    tiles: new AgentTiles(),
    wall: new Wall(() => this.#change({ layout: "table" })),
  };

  constructor({ api, session }) {
    this.#api = api;
    this.#connection = new Connection(session);
    for (const link of document.querySelectorAll("[data-layout-link]")) {
      onPlainClick(link, () => this.#change({ layout: link.dataset.layoutLink }));
    }
    window.addEventListener("popstate", () => this.#adopt(viewOf(location.search)));
    onScreenChange(() => this.#layout.paint(this.#seen));
    this.#adopt(this.#view);
  }

  /** Never returns: asks, and lets the timers run. */
  start() {
    new Poller(() => this.#ask(), PAUSES).start();
    runTimers(this.#clock, (now) => this.#tick(now));
  }

  async #ask() {
    if (this.#clock.mustBeToldAgain()) this.#etag = undefined;
    try {
      const answer = await this.#api.get(liveAgents(), { etag: this.#etag });
      if (!answer.isUnchanged) this.#take(answer);
      this.#connection.answered();
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  #take({ body, etag, ...moments }) {
    performance.mark("update");
    this.#etag = etag;
    this.#hasFigures = true;
    this.#clock.learn(body.Timestamp, moments);
    this.#agents = body.Agents;
    this.#queueName = queueNaming(body.Agents);
    this.#show();
    performance.measure("board update", "update");
  }

  /** The viewer wants something else; the address says so, and Back leads to the layout before. */
  #change(part) {
    const wanted = { ...this.#view, ...part };
    const remember = part.layout ? "pushState" : "replaceState";
    history[remember](null, "", addressOf(wanted, location));
    this.#adopt(wanted);
    if (!part.layout) this.#announceTotal();
  }

  /** Once the viewer has stopped typing. */
  #announceTotal() {
    clearTimeout(this.#announcing);
    const say = () => {
      if (this.#hasFigures) announce(`${agentsText(this.#shown.length)} shown.`);
    };
    this.#announcing = setTimeout(say, PAUSE_BEFORE_ANNOUNCING);
  }

  #adopt(view) {
    this.#view = view;
    document.body.dataset.layout = view.layout;
    for (const link of document.querySelectorAll("[data-layout-link]")) {
      const layout = link.dataset.layoutLink;
      link.href = addressOf({ ...view, layout }, location);
      setAttribute(link, "aria-current", layout === view.layout && "true");
    }
    const place = byId("agents");
    if (place.firstElementChild !== this.#layout.node) place.replaceChildren(this.#layout.node);
    this.#show();
  }

  #show() {
    this.#shown = shownAgents(this.#agents, this.#view);
    const counts = this.#hasFigures ? countsOf(this.#shown, this.#queueName) : UNKNOWN_COUNTS;
    this.#filters.update(filterChoices(this.#agents, this.#queueName), this.#view);
    this.#activities.update(counts, this.#view.activity);
    if (this.#view.layout === "wall") this.#queues.fit(counts, byId("queues").parentNode);
    else this.#queues.update(counts);
    this.#silent.update(counts.silent);
    this.#showTotal();
    this.#layout.update(this.#shown, this.#seen);
  }

  #showTotal() {
    const all = this.#agents.length;
    const isPart = isFiltered(this.#view);
    const total = isPart ? `${this.#shown.length} of ${agentsText(all)}` : agentsText(all);
    setText(byId("total"), this.#hasFigures ? total : "");
    byId("clear").hidden = !isPart;
    byId("nobody").hidden = this.#shown.length > 0 || !this.#hasFigures;
    setText(byId("nobody"), isPart ? "No agent matches the filters." : "No agent is signed in.");
  }

  #tick(now) {
    this.#connection.tick();
    if (this.#view.layout !== "wall") return;
    if (this.#layouts.wall.tick(now)) this.#layout.paint(this.#seen);
  }

  get #layout() {
    return this.#layouts[this.#view.layout];
  }

  get #seen() {
    return { view: this.#view, queueName: this.#queueName, now: this.#clock.now() };
  }
}

function liveAgents() {
  return INSTANCE ? `/live/agents?instance=${encodeURIComponent(INSTANCE)}` : "/live/agents";
}

function agentsText(number) {
  return number === 1 ? "1 agent" : `${number} agents`;
}

function byId(id) {
  return document.getElementById(id);
}

new Board(await startPage()).start();
