// The layout `wall`: a big screen without chrome, which turns pages when the agents are too many.

import { announce } from "../page/announcements.js";
import { timeOfDay } from "../page/durations.js";
import { element, onPlainClick, setText } from "../page/elements.js";
import { keepTiles } from "./agent_tile.js";

const LINES = 2;
/** Sizes of letters to try; the style sheet has the smallest that can be read from afar. */
const SCALES = [1, 0.9, 0.8, 0.7, 0.62, 0.55, 0.5, 0.47];
const SECONDS_PER_PAGE = 10;
const MILLISECONDS_OF_CONTROLS = 4_000;

export class Wall {
  #list = element("ul", { class: "wall-grid", "aria-label": "Agents and their contacts" });
  #place = element("p", { class: "wall-place" });
  #time = element("p", { class: "wall-time" });
  #pause = element("button", { type: "button" });
  #parts = new Map();
  #agents = [];
  #situation = "";
  #page = 0;
  #secondsShown = 0;
  #isPaused = false;
  #leave;

  /** `leave()` is called when the viewer wants to go back to another layout. */
  constructor(leave) {
    this.#leave = leave;
    const link = element("a", { href: "index.html" }, "Leave the big screen");
    onPlainClick(link, leave);
    this.#pause.addEventListener("click", () => this.#setPaused(!this.#isPaused));
    const controls = element("div", { class: "wall-controls" });
    controls.append(this.#pause, fullScreenButton(), link);
    const foot = element("footer", {}, this.#time, controls, this.#place);
    this.node = element("div", { class: "wall" }, this.#list, foot);
    this.#listen();
    this.#sayPaused();
  }

  /** Shows `agents` (in order) as of `now`, as many as there is room for. */
  update(agents, seen) {
    this.#agents = agents;
    this.paint(seen);
  }

  /** Fills the screen with the page whose turn it is. */
  paint(seen) {
    setText(this.#time, timeOfDay(seen.now));
    const room = this.#roomForAll();
    const pages = Math.max(1, Math.ceil(this.#agents.length / room));
    this.#page %= pages;
    const from = this.#page * room;
    keepTiles(this.#list, this.#parts, this.#agents, {
      from,
      to: from + room,
      lines: LINES,
      seen,
    });
    this.#pause.hidden = pages === 1;
    setText(this.#place, pages === 1 ? "" : `Page ${this.#page + 1} of ${pages}`);
  }

  /** A second has gone by: turns the page when it is time, and says whether it did. */
  tick(now) {
    setText(this.#time, timeOfDay(now));
    if (this.#isPaused) return false;
    this.#secondsShown += 1;
    if (this.#secondsShown < SECONDS_PER_PAGE) return false;
    this.#secondsShown = 0;
    this.#page += 1;
    return true;
  }

  /** Makes letters as large as all agents fit on one page, or the smallest that can be read. */
  #roomForAll() {
    const situation = [this.#agents.length, innerWidth, innerHeight].join(" ");
    if (situation === this.#situation) return this.#room();
    this.#situation = situation;
    let room = 0;
    for (const scale of SCALES) {
      document.documentElement.style.setProperty("--wall-scale", scale);
      room = this.#room();
      if (room >= this.#agents.length) break;
    }
    return room;
  }

  /** Returns how many tiles fit, and shares the height among them. */
  #room() {
    const style = getComputedStyle(this.#list);
    const gap = parseFloat(style.rowGap);
    const tile = parseFloat(style.gridAutoRows) + gap;
    const rows = Math.max(1, Math.floor((this.#list.clientHeight + gap) / tile));
    this.#list.style.gridTemplateRows = `repeat(${rows}, 1fr)`;
    return style.gridTemplateColumns.split(" ").length * rows;
  }

  /** Escape leaves the layout; the controls show for a while after the pointer has moved. */
  #listen() {
    document.addEventListener("keydown", (event) => {
      const isHere = this.node.isConnected && !document.fullscreenElement;
      if (event.key === "Escape" && isHere) this.#leave();
    });
    let hiding;
    this.node.addEventListener("pointermove", () => {
      this.node.dataset.pointer = "moves";
      clearTimeout(hiding);
      hiding = setTimeout(() => delete this.node.dataset.pointer, MILLISECONDS_OF_CONTROLS);
    });
  }

  #setPaused(isPaused) {
    this.#isPaused = isPaused;
    this.#sayPaused();
    announce(isPaused ? "Pages no longer turn." : "Pages turn automatically.");
  }

  #sayPaused() {
    setText(this.#pause, this.#isPaused ? "Turn pages" : "Stop turning pages");
  }
}

function fullScreenButton() {
  const button = element("button", { type: "button" }, "Full screen");
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  return button;
}
