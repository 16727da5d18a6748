// The fields by which agents are chosen.

import { element } from "../page/elements.js";

/** Columns of times: their order begins with the longest. */
const TIMES = ["activity-time", "state-time"];

/** Connects the form with the view: `change(part of a view)` is called when the viewer chooses. */
export class Filters {
  #form;
  #choices = { queue: null, profile: null, group: null };

  constructor(form, change) {
    this.#form = form;
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const name of ["queue", "profile", "group"]) {
      form.elements[name].addEventListener("change", (event) =>
        change({ [name]: event.target.value }),
      );
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
    this.#form.elements.sort.value = view.sort;
    if (this.#form.elements.search.value !== view.search) {
      this.#form.elements.search.value = view.search;
    }
  }

  /** Changes the list only when it differs: an open list would close. */
  #offer(name, choices, chosen) {
    const select = this.#form.elements[name];
    const isKnown = !chosen || choices.some(({ id }) => id === chosen);
    const offered = isKnown ? choices : [...choices, { id: chosen, name: "(nobody at present)" }];
    const content = JSON.stringify(offered);
    if (content !== this.#choices[name]) {
      this.#choices[name] = content;
      const options = offered.map(({ id, name: text }) => element("option", { value: id }, text));
      select.replaceChildren(select.options[0], ...options);
    }
    if (select.value !== chosen) select.value = chosen;
  }
}
