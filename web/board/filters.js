// The fields by which agents are chosen.

import { element } from "../page/elements.js";

const LISTS = ["queue", "profile", "group"];
/** Columns of times: their order begins with the longest. */
const TIMES = ["activity-time", "state-time"];

/** Connects the form with the view: `change(part of a view)` is called when the viewer chooses. */
export class Filters {
  #form;
  #offered = new Map();
  #shown = new Map();

  constructor(form, change) {
    this.#form = form;
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const name of LISTS) {
      const select = form.elements[name];
      select.addEventListener("change", () => change({ [name]: select.value }));
      // Lists stand still while the viewer may be choosing; these come before and after.
      for (const event of ["pointerdown", "blur"]) {
        select.addEventListener(event, () => this.#fill(name));
      }
    }
    form.elements.sort.addEventListener("change", ({ target: { value } }) =>
      change({ sort: value, descending: TIMES.includes(value) }),
    );
    form.elements.search.addEventListener("input", (event) =>
      change({ search: event.target.value }),
    );
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      change({ queue: "", profile: "", group: "", activity: "", search: "" });
    });
  }

  /** Offers what `filterChoices` found and shows what `view` says. */
  update({ queues, profiles, groups }, view) {
    this.#offer("queue", queues, view.queue);
    this.#offer("profile", profiles, view.profile);
    this.#offer("group", groups, view.group);
    setValue(this.#form.elements.sort, view.sort);
    setValue(this.#form.elements.search, view.search);
  }

  #offer(name, choices, chosen) {
    const select = this.#form.elements[name];
    const isKnown = !chosen || choices.some(({ id }) => id === chosen);
    this.#offered.set(
      name,
      isKnown ? choices : [...choices, { id: chosen, name: "(nobody at present)" }],
    );
    const isInUse = document.activeElement === select && select.options.length > 1;
    if (!isInUse || select.value !== chosen) this.#fill(name);
    setValue(select, chosen);
  }

  /** Changes the list only when it differs. */
  #fill(name) {
    const offered = this.#offered.get(name) ?? [];
    const content = JSON.stringify(offered);
    if (content === this.#shown.get(name)) return;
    this.#shown.set(name, content);
    const select = this.#form.elements[name];
    const { value } = select;
    const options = offered.map(({ id, name: text }) => element("option", { value: id }, text));
    select.replaceChildren(select.options[0], ...options);
    select.value = value;
  }
}

/** An open list would let go of what is pointed at, even when the value is the same. */
function setValue(field, value) {
  if (field.value !== value) field.value = value;
}
