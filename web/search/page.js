// Entry of search.html: contacts of a period, narrowed as the viewer wants; the address is the search.

import { announce } from "../page/announcements.js";
import { byId } from "../page/by_id.js";
import { setText } from "../page/elements.js";
import { connectFiltersButton } from "../page/filters_button.js";
import { ListReader, listPath } from "../records/contact_list.js";
import { Names } from "../records/names.js";
import { Connection } from "../session/connection.js";
import { isExpected } from "../session/problems.js";
import { ServerClock } from "../session/server_clock.js";
import { startPage } from "../session/start.js";
import { SearchForm } from "./form.js";
import { Results, saveCsv } from "./results.js";
import { addressOf, isNarrowed, periodProblem, questionOf, searchOf } from "./search.js";

/** So many are read at once; the viewer may ask for as many again. */
const MOST_AT_ONCE = 1000;
const ONLY_ORDER = ["sort", "descending", "page"];

class SearchPage {
  #api;
  #connection;
  #clock = new ServerClock();
  #names = new Names();
  #search = searchOf(location.search);
  #records = [];
  #reader = null;
  #isWanted = () => true;
  #question = 0;
  #hasAnswer = false;
  /** What is wrong with the form, in words: it stands until the viewer searches again. */
  #problem;
  #form = new SearchForm(byId("filters"), {
    names: this.#names,
    search: (part) => this.#change(part),
    problem: (text) => {
      this.#problem = text;
      this.#say(text);
      announce(text);
    },
  });
  #results = new Results({
    place: byId("results"),
    pages: byId("pages"),
    change: (part) => this.#reorder(part),
  });

  /** What the viewer enters counts from now on, whenever somebody is signed in. */
  constructor() {
    this.#form.update(this.#search);
    window.addEventListener("popstate", () => this.#adopt(searchOf(location.search)));
    byId("save-csv").addEventListener("click", () => this.#save());
    byId("more").addEventListener("click", () => this.#readOn());
    byId("again").addEventListener("click", () => this.#find());
  }

  start({ api, session }) {
    this.#api = api;
    this.#connection = new Connection(session, "Connection lost.");
    this.#learnNames();
    this.#find();
  }

  #save() {
    saveCsv(this.#names.withQueueNames(this.#records), this.#search, this.#clock.now());
  }

  async #learnNames() {
    try {
      const { body } = await this.#api.get("/live/names");
      this.#names.learn(body);
      this.#form.offerNames();
      // Names may come after the contacts.
      if (this.#hasAnswer) this.#show();
    } catch (error) {
      // Without them ids can be typed, and names that the list itself holds.
      if (!isExpected(error)) throw error;
    }
  }

  #change(part) {
    const wanted = { ...this.#search, ...part };
    const address = addressOf(wanted);
    if (address !== addressOf(this.#search)) history.pushState(null, "", address);
    this.#adopt(wanted);
  }

  /** Asks nobody, and leaves the form to the viewer, who may be typing. */
  #reorder(part) {
    this.#search = { ...this.#search, ...part };
    history.pushState(null, "", addressOf(this.#search));
    this.#show();
  }

  /** Asks only if the answer can be another, or there is none: Back may change the order alone. */
  #adopt(search) {
    const before = { ...this.#search, ...Object.fromEntries(ONLY_ORDER.map((n) => [n, search[n]])) };
    const isSameQuestion = addressOf(before) === addressOf(search);
    this.#search = search;
    this.#problem = undefined;
    this.#form.update(search);
    if (isSameQuestion && this.#hasAnswer) this.#show();
    // A name that is entered is both a change of the field and a search.
    else if (!isSameQuestion || !document.body.dataset.reading) this.#find();
  }

  async #find() {
    if (!this.#api) return;
    this.#question += 1;
    this.#records = [];
    this.#hasAnswer = false;
    this.#results.clear();
    byId("save-csv").disabled = true;
    const now = this.#clock.now();
    const problem = periodProblem(this.#search, now);
    this.#reader = null;
    delete document.body.dataset.reading;
    if (!problem) this.#ask(questionOf(this.#search, now));
    this.#say(problem ?? "–");
    byId("clear").hidden = !isNarrowed(this.#search) && this.#search.period === "today";
    if (this.#reader) await this.#readOn();
  }

  #ask({ path, parameters, isWanted }) {
    this.#reader = new ListReader(this.#api, listPath(path, parameters));
    this.#isWanted = isWanted;
  }

  /** Reads up to so many more; what was asked before and comes late is not shown. */
  async #readOn() {
    const question = this.#question;
    const enough = this.#records.length + MOST_AT_ONCE;
    byId("more").hidden = true;
    byId("again").hidden = true;
    document.body.dataset.reading = "yes";
    try {
      await this.#reader.read(
        (records) => this.#take(records, question),
        () => question !== this.#question || this.#records.length >= enough,
      );
      if (question !== this.#question) return;
      this.#connection.answered();
      announce(this.#totalText());
    } catch (error) {
      if (question !== this.#question) return;
      this.#connection.failed(error);
      byId("again").hidden = false;
      if (!isExpected(error)) throw error;
    } finally {
      if (question === this.#question) delete document.body.dataset.reading;
    }
    byId("more").hidden = !this.#reader.hasMore;
  }

  #take(records, question) {
    if (question !== this.#question) return;
    this.#hasAnswer = true;
    this.#names.learnFrom(records);
    this.#form.offerNames();
    this.#records.push(...records.filter(this.#isWanted));
    this.#show();
  }

  #show() {
    const records = this.#names.withQueueNames(this.#records);
    this.#results.update(records, this.#search, this.#clock.now());
    this.#say(this.#problem ?? this.#totalText());
    byId("save-csv").disabled = this.#records.length === 0;
  }

  #totalText() {
    const count = this.#records.length;
    const found = count === 1 ? "1 contact" : `${count.toLocaleString("en")} contacts`;
    if (!this.#reader.hasMore) return count ? `${found}.` : "No contacts match this search.";
    return `${found} read so far; there are more.`;
  }

  #say(text) {
    setText(byId("total"), text);
  }
}

connectFiltersButton();
const page = new SearchPage();
page.start(await startPage());
