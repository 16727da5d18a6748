// The layout `tiles`: a grid of agents; only those that can be seen are in the page.

import { element } from "../page/elements.js";
import { keepTiles } from "./agent_tile.js";
import { visibleRows } from "./visible_rows.js";

const LINES = 3;

export class AgentTiles {
  #list = element("ul", { class: "tile-grid", "aria-label": "Agents and their contacts" });
  #parts = new Map();
  #agents = [];

  constructor() {
    this.node = element("div", { class: "tiles" }, this.#list);
  }

  /** Shows `agents` (in order) as of `now`. */
  update(agents, seen) {
    this.#agents = agents;
    this.paint(seen);
  }

  /** Puts the tiles that can be seen into the page and takes all others out. */
  paint(seen) {
    const { columns, rowHeight } = this.#measures();
    const rows = Math.ceil(this.#agents.length / columns);
    const { first, last } = visibleRows(this.node, rowHeight, rows);
    keepTiles(this.#list, this.#parts, this.#agents, {
      from: first * columns,
      to: last * columns,
      lines: LINES,
      seen,
    });
    this.#list.style.paddingTop = `${first * rowHeight}px`;
    this.#list.style.paddingBottom = `${(rows - last) * rowHeight}px`;
  }

  /** The number of columns and the height of a row, as the style sheet lays the grid out. */
  #measures() {
    const style = getComputedStyle(this.#list);
    return {
      columns: style.gridTemplateColumns.split(" ").length,
      rowHeight: parseFloat(style.gridAutoRows) + parseFloat(style.rowGap),
    };
  }
}
