// The figures above the agents: how many have which activity.

import { announce } from "../page/announcements.js";
import { element, setAttribute, setText } from "../page/elements.js";
import { icon } from "../page/icons.js";
import { keepChildren } from "../page/keyed_children.js";
import { activityLook } from "../page/looks.js";

const NOT_KNOWN = "–";

/** Agents by activity; a click shows only those. */
export class ActivityCounts {
  #list;
  #choose;
  #parts = new Map();

  constructor(list, choose) {
    this.#list = list;
    this.#choose = choose;
  }

  /** `counts` as `countsOf` makes them; `chosen` is the activity that is filtered by. */
  update(counts, chosen) {
    const items = counts.activities.map(([activity, number]) => ({ activity, number }));
    keepChildren(this.#list, this.#parts, items, {
      key: ({ activity }) => activity,
      create: ({ activity }) => this.#figure(activity),
      update: (part, { activity, number }) => part.update(number, activity === chosen),
    });
  }

  #figure(activity) {
    const figure = element("span", { class: "figure" });
    const look = activityLook(activity);
    const button = element("button", { type: "button", class: "count", "data-look": look });
    button.append(figure, element("span", { class: "count-word" }, icon(look), activity));
    let isChosen = false;
    button.addEventListener("click", () => this.#choose(isChosen ? "" : activity));
    return {
      node: element("li", {}, button),
      update(number, isChosenNow) {
        isChosen = isChosenNow;
        setText(figure, String(number ?? NOT_KNOWN));
        setAttribute(button, "data-none", !number && "yes");
        setAttribute(button, "aria-pressed", String(isChosen));
      },
    };
  }
}

/** Agents of whom nothing has been heard; announced when the first of them falls silent. */
export class SilentCount {
  #node;
  #number = 0;

  constructor(node) {
    this.#node = node;
    node.querySelector(".count-word").prepend(icon("silent"));
  }

  /** `isNews`: an answer says so, not another filter. */
  update(number, isNews) {
    this.#node.hidden = number === 0;
    setText(this.#node.querySelector(".figure"), String(number));
    if (isNews && number > 0 && this.#number === 0) announce("An agent's events have stopped.");
    this.#number = number;
  }
}
