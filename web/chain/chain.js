// Entry of chain.html: one contact's chain, as a picture, as tables and as files.

import { byId } from "../page/by_id.js";
import { showContent } from "../page/content.js";
import { setText } from "../page/elements.js";
import { save } from "../page/file.js";
import { keepOnReturn } from "../page/return.js";
import { Connection } from "../session/connection.js";
import { Poller } from "../session/poller.js";
import { Problem, isExpected } from "../session/problems.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";
import { BarNavigation } from "./navigation.js";
import { pngBlob, svgText } from "./export.js";
import { showLatestTransfers } from "./latest_transfers.js";
import { pictureOf } from "./picture.js";
import { RecordDialog } from "./record_dialog.js";
import { storyOf } from "./story.js";
import { legTable, recordList, stepTable, totalsOf } from "./tables.js";

const PAUSES = { whenVisible: 5_000, whenHidden: 30_000 };
const LEAST_WIDTH = 900;
const PAPER_WIDTH = 1200;
const MOST_ZOOM = 64;

class ChainView {
  #contactId;
  #api;
  #connection;
  #clock = new ServerClock();
  #poller = new Poller(() => this.#ask(), PAUSES);
  #frame = byId("frame");
  #navigation = new BarNavigation(this.#frame);
  #dialog;
  #chain = null;
  #text = "";
  #zoom = 1;

  constructor({ api, session }, contactId) {
    this.#api = api;
    this.#contactId = contactId;
    this.#connection = new Connection(session);
    this.#dialog = new RecordDialog(api);
    this.#listen();
  }

  /** Polls the chain while it is unknown or still running. */
  start() {
    this.#poller.start();
    setInterval(() => this.#connection.tick(), 1000);
  }

  async #ask() {
    try {
      const answer = await this.#api.get(`/contacts/${encodeURIComponent(this.#contactId)}/chain`);
      this.#take(answer);
      this.#connection.answered();
    } catch (error) {
      if (error instanceof Problem && error.status === 404) this.#sayUnknown(error);
      else this.#connection.failed(error);
      throw error;
    }
  }

  #take({ text, body, date, sentAt, receivedAt }) {
    // Every answer has the header Date (RFC 9110, 6.6.1), but another origin may hide it from the
    // page.
    if (date) this.#clock.learn(date, { sentAt, receivedAt, precision: 1000 });
    const isNew = text !== this.#text;
    this.#text = text;
    this.#chain = body;
    const story = this.#story();
    if (isNew) this.#showTables(story);
    showContent(byId("totals"), ...totalsOf(this.#chain, story));
    if (isNew || story.isRunning) this.#draw();
    byId("no-chain").hidden = true;
    byId("connection").hidden = !story.isRunning;
    if (!story.isRunning) this.#poller.stop();
  }

  /** The chain is not stored, or not any more; the poller asks again, ever more seldom. */
  #sayUnknown(error) {
    this.#chain = null;
    this.#text = "";
    this.#connection.answeredNone();
    byId("chain").hidden = true;
    byId("connection").hidden = true;
    byId("no-chain").hidden = false;
    byId("again").hidden = false;
    setText(
      byId("message"),
      `Contact ${this.#contactId} is unknown. ${error.message} This page asks again.`,
    );
  }

  #showTables(story) {
    const chosen = story.legs.find((leg) => leg.id === this.#contactId) ?? story.legs[0];
    byId("chain").hidden = false;
    showContent(byId("legs"), legTable(story, chosen.id, (leg) => this.#dialog.show(leg)));
    showContent(byId("steps"), stepTable(story));
    setText(byId("leg-title"), `Record of leg ${chosen.number}: ${chosen.name}`);
    showContent(byId("leg"), ...recordList(chosen.record));
    document.title = `Chain of ${story.legs.length} · Contact Chains`;
  }

  #draw() {
    this.#navigation.show(this.#picture(this.#width()));
    this.#keepLabelsInSight();
    byId("zoom-out").disabled = this.#zoom === 1;
    byId("zoom-in").disabled = this.#zoom >= MOST_ZOOM;
  }

  /** Draws the whole chain for printing, whatever part of the picture can be seen. */
  #drawForPaper() {
    this.#frame.querySelector("svg").replaceWith(this.#picture(PAPER_WIDTH));
  }

  #picture(width) {
    return pictureOf(this.#story(), {
      width,
      chosen: this.#contactId,
      chainId: this.#chain.ChainId,
    });
  }

  #story() {
    return storyOf(this.#chain, this.#clock.now());
  }

  #width() {
    return Math.max(LEAST_WIDTH, this.#frame.clientWidth) * this.#zoom;
  }

  /** Zooms, and keeps the middle of the visible part in the middle. */
  #magnify(zoom) {
    const middle = (this.#frame.scrollLeft + this.#frame.clientWidth / 2) / this.#width();
    this.#zoom = Math.min(MOST_ZOOM, Math.max(1, zoom));
    this.#draw();
    this.#frame.scrollLeft = middle * this.#width() - this.#frame.clientWidth / 2;
    this.#keepLabelsInSight();
  }

  #keepLabelsInSight() {
    const labels = this.#frame.querySelector(".labels");
    labels?.setAttribute("transform", `translate(${this.#frame.scrollLeft} 0)`);
  }

  #listen() {
    this.#frame.addEventListener("scroll", () => this.#keepLabelsInSight(), { passive: true });
    window.addEventListener("resize", () => this.#chain && this.#draw());
    window.addEventListener("beforeprint", () => this.#chain && this.#drawForPaper());
    window.addEventListener("afterprint", () => this.#chain && this.#draw());
    onClick("zoom-in", () => this.#magnify(this.#zoom * 2));
    onClick("zoom-out", () => this.#magnify(this.#zoom / 2));
    onClick("zoom-all", () => this.#magnify(1));
    onClick("save-png", () => this.#savePng());
    onClick("save-svg", () =>
      this.#save(
        svgText((width) => this.#picture(width)),
        "image/svg+xml",
        "svg",
      ),
    );
    onClick("save-json", () => this.#save(this.#text, "application/json", "json"));
    onClick("print", () => window.print());
    onClick("again", () => this.#poller.now());
  }

  async #savePng() {
    const { ChainId } = this.#chain;
    save(await pngBlob((width) => this.#picture(width)), "image/png", `chain-${ChainId}.png`);
  }

  #save(content, type, ending) {
    save(content, type, `chain-${this.#chain.ChainId}.${ending}`);
  }
}

function onClick(id, act) {
  byId(id).addEventListener("click", act);
}

/** Shows the latest transfers when the address names no contact. */
async function offerLatest(api) {
  byId("connection").hidden = true;
  byId("latest").hidden = false;
  const say = (text) => {
    setText(byId("latest-message"), text);
    byId("latest-message").hidden = !text;
  };
  try {
    await showLatestTransfers(api, byId("latest-list"), say);
  } catch (error) {
    if (!isExpected(error)) throw error;
    say(`The latest transfers cannot be shown. ${error.message}`);
  }
}

const contactId = new URLSearchParams(location.search).get("contact")?.trim();
keepOnReturn(byId("contact"), contactId ?? "");
const page = await startPage();
if (contactId) new ChainView(page, contactId).start();
else await offerLatest(page.api);
