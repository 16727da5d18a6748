// The fields by which contacts are looked for.

import { meant, suggest } from "../records/names.js";
import { PLAIN_SEARCH } from "./search.js";

const CHOICES = ["period", "channel", "status", "outcome", "transferred", "longer"];
const MINUTE = 60_000;

export class SearchForm {
  #form;
  #names;
  #problem;

  /** `search(part)` is called with what the viewer looks for, `problem` says what is wrong. */
  constructor(form, { names, search, problem }) {
    this.#form = form;
    this.#names = names;
    this.#problem = problem;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(search);
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      search({ ...PLAIN_SEARCH });
    });
    for (const name of [...CHOICES, "from", "to", "agent", "queue"]) {
      form.elements[name].addEventListener("change", () => {
        this.#showRange();
        const { period, from } = form.elements;
        if (period.value !== "range" || from.value) this.#submit(search);
      });
    }
  }

  /** Shows what `search` says. */
  update(search) {
    const { elements } = this.#form;
    for (const name of CHOICES) elements[name].value = search[name];
    elements.from.value = localTime(search.from);
    elements.to.value = localTime(search.to);
    elements.agent.value = search.agent;
    elements.queue.value = search.queue;
    this.#showNames();
    this.#mark("agent", undefined);
    this.#mark("queue", undefined);
    this.#showRange();
  }

  /** Offers the names that are known by now, and shows them instead of ids. */
  offerNames() {
    suggest(document.getElementById("agents"), this.#names.agents);
    suggest(document.getElementById("queues"), this.#names.queues);
    this.#showNames();
  }

  /** Leaves alone what is no id: names may come while the viewer types. */
  #showNames() {
    const { agent, queue } = this.#form.elements;
    agent.value = this.#names.agents.get(agent.value) ?? agent.value;
    queue.value = this.#names.queues.get(queue.value) ?? queue.value;
  }

  #submit(search) {
    const { elements } = this.#form;
    const agent = meant(elements.agent.value, this.#names.agents, "agent");
    const queue = meant(elements.queue.value, this.#names.queues, "queue");
    this.#mark("agent", agent.problem);
    this.#mark("queue", queue.problem);
    const problem = agent.problem ?? queue.problem;
    if (problem) {
      this.#problem(problem);
      return;
    }
    const chosen = Object.fromEntries(CHOICES.map((name) => [name, elements[name].value]));
    const isRange = chosen.period === "range";
    search({
      ...chosen,
      from: isRange ? utc(elements.from.value) : "",
      to: isRange ? utc(elements.to.value) : "",
      agent: agent.id,
      queue: queue.id,
      page: "",
    });
  }

  #mark(name, problem) {
    const field = this.#form.elements[name];
    if (problem) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  #showRange() {
    const isRange = this.#form.elements.period.value === "range";
    for (const name of ["from", "to"]) this.#form.elements[name].parentNode.hidden = !isRange;
  }
}

/** What a field of local time holds for a moment in UTC. */
function localTime(text) {
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) return "";
  const zone = new Date(moment).getTimezoneOffset() * MINUTE;
  return new Date(moment - zone).toISOString().slice(0, 16);
}

function utc(text) {
  return text ? new Date(text).toISOString() : "";
}
