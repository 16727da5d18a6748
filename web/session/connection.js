// Says how old the figures are when the connection is lost, and that it is back.

import { announce } from "../page/announcements.js";
import { clockText, timeOfDay } from "../page/durations.js";
import { element, setText } from "../page/elements.js";
import { SignInNeeded, Unreachable } from "./problems.js";

export class Connection {
  #banner = document.getElementById("banner");
  #status = document.getElementById("connection");
  #session;
  #answeredAt = null;
  #trouble = null;
  #lost;

  /** `lost` says that no answer came, and what the page does about it. */
  constructor(session, lost = "Connection lost, trying again.") {
    this.#session = session;
    this.#lost = lost;
  }

  /** An answer with figures arrived. */
  answered() {
    if (this.#trouble) announce("Connected again. The figures are up to date.");
    this.#answeredAt = performance.now();
    this.#trouble = null;
    this.#show();
  }

  /** An answer arrived that says that there are no figures (any more). */
  answeredNone() {
    this.#answeredAt = null;
    this.#trouble = null;
    this.#show();
  }

  /** Asking failed with `error`. */
  failed(error) {
    if (this.#trouble?.message !== error.message) announce(this.#text(error));
    this.#trouble = error;
    this.#show();
  }

  /** Brings the age of the figures up to date; to be called every second. */
  tick() {
    this.#show();
  }

  #show() {
    document.body.dataset.connection = this.#trouble ? "lost" : this.#answeredAt ? "live" : "none";
    this.#banner.hidden = !this.#trouble;
    setText(this.#status, this.#trouble ? "Not live" : this.#answeredAt ? "Live" : "Connecting…");
    if (this.#trouble) this.#explain();
  }

  #explain() {
    if (!this.#banner.firstElementChild) this.#banner.append(element("p"));
    setText(this.#banner.firstElementChild, [this.#text(this.#trouble), this.#age()].join(" "));
    const needsSignIn = this.#trouble instanceof SignInNeeded;
    const button = this.#banner.querySelector("button");
    if (needsSignIn && !button) this.#banner.append(this.#signInButton());
    if (!needsSignIn) button?.remove();
  }

  #text(error) {
    return error instanceof Unreachable ? this.#lost : error.message;
  }

  #age() {
    if (this.#answeredAt === null) return "There are no figures yet.";
    const age = performance.now() - this.#answeredAt;
    return `The figures are those of ${timeOfDay(Date.now() - age)}, ${clockText(age)} old.`;
  }

  #signInButton() {
    const button = element("button", { type: "button" }, "Sign in");
    button.addEventListener("click", () => this.#session.signIn());
    return button;
  }
}
