// The figures of contacts that wait and of the day; each leads to the list of its contacts.

import { element, setAttribute, setText } from "../page/elements.js";
import { icon } from "../page/icons.js";
import { setSince, timer } from "../page/timers.js";

const NOT_KNOWN = "–";
const ABANDONED = "search.html?status=ABANDONED";
const MISSED = "search.html?outcome=MISSED";

export class DayFigures {
  #oldest = timer();
  #figures = {
    waiting: element("span", { class: "figure" }, NOT_KNOWN),
    abandoned: element("span", { class: "figure" }, NOT_KNOWN),
    missed: element("span", { class: "figure" }, NOT_KNOWN),
  };
  #nodes = {};

  constructor(list) {
    const words = element("span", { class: "count-word" }, icon("incoming"), "Waiting ");
    words.append(this.#oldest);
    this.#nodes.waiting = element("div", { class: "count", "data-look": "incoming" });
    this.#nodes.waiting.append(this.#figures.waiting, words);
    this.#nodes.abandoned = link(ABANDONED, this.#figures.abandoned, "Abandoned today");
    this.#nodes.missed = link(MISSED, this.#figures.missed, "Missed today");
    list.replaceChildren(...Object.values(this.#nodes).map((node) => element("li", {}, node)));
  }

  /** `sums` as `sumsOf` makes them. */
  update(sums, { now, thresholds }) {
    for (const [name, figure] of Object.entries(this.#figures)) {
      setText(figure, String(sums[name] ?? NOT_KNOWN));
      setAttribute(this.#nodes[name], "data-none", !sums[name] && "yes");
    }
    setSince(this.#oldest, sums.oldest, now, thresholds.wait);
  }
}

function link(href, figure, words) {
  const node = element("a", { class: "count", "data-look": "failed", href });
  node.append(figure, element("span", { class: "count-word" }, icon("failed"), words));
  return node;
}
