// Entry of index.html, the live board: asks for the live agents and shows them as the viewer wants.

import { announce } from "../page/announcements.js";
import { byId } from "../page/by_id.js";
import { onPlainClick, setAttribute, setText } from "../page/elements.js";
import { boundsOf, dayText } from "../page/days.js";
import { connectFiltersButton } from "../page/filters_button.js";
import { thresholdsOf } from "../page/thresholds.js";
import { runTimers } from "../page/timers.js";
import { apiPath } from "../records/api_path.js";
import { DayOfQueues } from "../records/quarters.js";
import { Connection } from "../session/connection.js";
import { Poller } from "../session/poller.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";
import { AgentTable } from "./agent_table.js";
import { AgentTiles } from "./agent_tiles.js";
import { UNKNOWN_COUNTS, countsOf, filterChoices, queueNaming, shownAgents } from "./agents.js";
import { ActivityCounts, SilentCount } from "./counts.js";
import { DayFigures } from "./day_figures.js";
import { Filters } from "./filters.js";
import { QueueTable } from "./queue_table.js";
import { queueRows, sumsOf } from "./queues.js";
import { onVisibleRowsChange } from "./visible_rows.js";
import { addressOf, isFiltered, sortOf, viewOf } from "./view.js";
import { Wall } from "./wall.js";

const PAUSES = { whenVisible: 2_000, whenHidden: 20_000 };
const WAITING_PAUSES = { whenVisible: 5_000, whenHidden: 60_000 };
const DAY_PAUSES = { whenVisible: 30_000, whenHidden: 300_000 };
/** From this width on, the table of queues is beside the agents and has room for every queue. */
const BESIDE = matchMedia("(min-width: 140rem)");
const NARROW = matchMedia("(max-width: 45rem)");
const QUEUES_ABOVE = 5;
const QUEUES_ABOVE_NARROW = 3;
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
  #counts = UNKNOWN_COUNTS;
  #announcing;
  #api;
  #connection;
  #activities = new ActivityCounts(byId("activities"), (activity) => this.#change({ activity }));
  #queues = new QueueTable({
    place: byId("queues"),
    none: byId("no-queues"),
    more: byId("more-queues"),
  });
  #figures = new DayFigures(byId("day-figures"));
  #thresholds = thresholdsOf(location.search);
  #waiting = null;
  #waitingTag;
  #day = null;
  #dayName = "";
  #hasDay = false;
  #others = [];
  #silent = new SilentCount(byId("silent"));
  #filters = new Filters(byId("filters"), (part) => this.#change(part));
  #layouts = {
    table: new AgentTable((sort, descending) => this.#change({ sort, descending })),
    tiles: new AgentTiles(),
    wall: new Wall(() => this.#change({ layout: "table" })),
  };

  /** What the viewer does counts from now on, whenever somebody is signed in. */
  constructor() {
    for (const link of document.querySelectorAll("[data-layout-link]")) {
      onPlainClick(link, () => this.#change({ layout: link.dataset.layoutLink }));
    }
    window.addEventListener("popstate", () => this.#adopt(viewOf(location.search)));
    onVisibleRowsChange(() => this.#layout?.paint(this.#seen));
    for (const media of [BESIDE, NARROW]) media.addEventListener("change", () => this.#show());
    byId("all-queues").addEventListener("click", () =>
      this.#change({ queues: this.#view.queues ? "" : "all" }),
    );
    this.#adopt(this.#view);
  }

  /** Polls the API and lets the timers run; never returns. */
  start({ api, session }) {
    this.#api = api;
    this.#connection = new Connection(session);
    new Poller(() => this.#ask(), PAUSES).start();
    runTimers(this.#clock, (now) => this.#tick(now));
  }

  async #ask() {
    if (this.#clock.hasJumped()) this.#etag = undefined;
    try {
      const answer = await this.#api.get(liveAgents(), { etag: this.#etag });
      if (!answer.isUnchanged) this.#take(answer);
      this.#connection.answered();
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  /** Asks who waits. If that fails, the counts become unknown instead of staying as they were. */
  async #askWhoWaits() {
    try {
      const address = apiPath("/live/queues", { instance: INSTANCE });
      const answer = await this.#api.get(address, { etag: this.#waitingTag });
      if (answer.isUnchanged) return;
      this.#waitingTag = answer.etag;
      this.#waiting = answer.body.Queues;
    } catch (error) {
      this.#waiting = null;
      this.#waitingTag = undefined;
      throw error;
    } finally {
      this.#showQueues();
    }
  }

  /** Asks for the day by queue, and shows it once it is counted completely. */
  async #askForDay() {
    const now = this.#clock.now();
    if (this.#dayName !== dayText(now)) {
      this.#dayName = dayText(now);
      this.#hasDay = false;
      const { within } = this.#thresholds;
      this.#day = new DayOfQueues(this.#api, {
        bounds: boundsOf(this.#dayName),
        within,
        instance: INSTANCE,
      });
    }
    try {
      await this.#day.refresh(now, () => {});
      this.#hasDay = this.#day.isWhole;
    } catch (error) {
      this.#hasDay = false;
      throw error;
    } finally {
      this.#showQueues();
    }
  }

  /** Starts the other pollers; they need the server's time, which the first answer tells. */
  #askForTheRest() {
    if (this.#others.length) return;
    this.#others = [
      new Poller(() => this.#askWhoWaits(), WAITING_PAUSES),
      new Poller(() => this.#askForDay(), DAY_PAUSES),
    ];
    for (const poller of this.#others) poller.start();
  }

  #take({ body, etag, ...moments }) {
    performance.mark("update");
    this.#etag = etag;
    this.#hasFigures = true;
    this.#clock.learn(body.Timestamp, moments);
    this.#agents = body.Agents;
    this.#queueName = queueNaming(body.Agents);
    this.#show({ isNews: true });
    performance.measure("board update", "update");
    this.#askForTheRest();
  }

  /** Changes the view and the address; Back leads to the layout before. */
  #change(part) {
    const wanted = { ...this.#view, ...part };
    const remember = part.layout ? "pushState" : "replaceState";
    history[remember](null, "", addressOf(wanted, location));
    this.#adopt(wanted);
    if (!part.layout) this.#announceTotal();
  }

  /** Announces the number of agents when the viewer has stopped typing. */
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
    const { node } = this.#layout ?? { node: null };
    if (place.firstElementChild !== node) place.replaceChildren(...(node ? [node] : []));
    this.#show();
  }

  #show({ isNews = false } = {}) {
    this.#shown = shownAgents(this.#agents, { ...this.#view, sort: sortOf(this.#view) });
    const counts = this.#hasFigures ? countsOf(this.#shown, this.#queueName) : UNKNOWN_COUNTS;
    this.#counts = counts;
    this.#filters.update(filterChoices(this.#agents, this.#queueName), this.#view);
    this.#activities.update(counts, this.#view.activity);
    this.#showQueues();
    this.#silent.update(counts.silent, isNews);
    this.#showTotal();
    this.#layout?.update(this.#shown, this.#seen);
  }

  #showQueues() {
    const seen = this.#seen;
    const rows = queueRows({
      counts: this.#counts,
      waiting: this.#waiting,
      day: this.#hasDay ? this.#day.byQueue() : null,
      agents: this.#agents,
      queueName: this.#queueName,
      queue: this.#view.queue,
    });
    const known = { hasWaiting: this.#waiting !== null, hasDay: this.#hasDay };
    this.#figures.update(sumsOf(rows, known), seen);
    if (this.#view.layout === "wall") {
      byId("all-queues").hidden = true;
      this.#queues.fit(rows, byId("queues").parentNode, seen);
      return;
    }
    const most = this.#mostQueues;
    this.#queues.update(rows, { ...seen, most });
    this.#offerAllQueues(rows?.length ?? 0);
  }

  get #mostQueues() {
    const { layout, queues } = this.#view;
    if (BESIDE.matches || layout === "queues" || queues) return Infinity;
    return NARROW.matches ? QUEUES_ABOVE_NARROW : QUEUES_ABOVE;
  }

  #offerAllQueues(count) {
    const button = byId("all-queues");
    const few = NARROW.matches ? QUEUES_ABOVE_NARROW : QUEUES_ABOVE;
    button.hidden = BESIDE.matches || this.#view.layout === "queues" || count <= few;
    byId("more-queues").hidden = true;
    setText(button, this.#view.queues ? "Fewer queues" : `All ${count} queues`);
    setAttribute(button, "aria-expanded", String(Boolean(this.#view.queues)));
  }

  #showTotal() {
    const all = this.#agents.length;
    const isPart = isFiltered(this.#view);
    const total = isPart ? `${this.#shown.length} of ${agentsText(all)}` : agentsText(all);
    setText(byId("total"), this.#hasFigures ? total : "");
    byId("clear").hidden = !isPart;
    const isAboutAgents = this.#view.layout !== "queues";
    byId("nobody").hidden = this.#shown.length > 0 || !this.#hasFigures || !isAboutAgents;
    setText(byId("nobody"), isPart ? "No agent matches the filters." : "No agent is signed in.");
  }

  #tick(now) {
    this.#connection.tick();
    if (this.#view.layout !== "wall") return;
    if (this.#layouts.wall.tick(now)) this.#layout.paint(this.#seen);
  }

  /** The layout of agents; none in the layout that shows queues alone. */
  get #layout() {
    return this.#layouts[this.#view.layout];
  }

  get #seen() {
    return {
      view: this.#view,
      queueName: this.#queueName,
      thresholds: this.#thresholds,
      now: this.#clock.now(),
    };
  }
}

function liveAgents() {
  return apiPath("/live/agents", { instance: INSTANCE });
}

function agentsText(number) {
  return number === 1 ? "1 agent" : `${number} agents`;
}

connectFiltersButton();
const board = new Board();
board.start(await startPage());
