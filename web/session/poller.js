// Polls: seldom while the page is hidden, with exponential backoff while requests fail.

import { SignInNeeded, isExpected } from "./problems.js";

const LONGEST_PAUSE_MILLISECONDS = 30_000;

export class Poller {
  #ask;
  #pauses;
  #waiting;
  #isAsking = false;
  #isStopped = true;
  #failures = 0;

  /** `ask` is asynchronous and throws when it fails; the pauses between are in milliseconds. */
  constructor(ask, { whenVisible, whenHidden }) {
    this.#ask = ask;
    this.#pauses = { whenVisible, whenHidden };
    document.addEventListener("visibilitychange", () => this.#changed());
    window.addEventListener("online", () => this.#changed());
  }

  start() {
    this.#isStopped = false;
    return this.now();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#waiting);
  }

  /** Asks at once instead of waiting. */
  async now() {
    if (this.#isAsking || this.#isStopped) return;
    clearTimeout(this.#waiting);
    this.#isAsking = true;
    try {
      await this.#ask();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (error instanceof SignInNeeded) this.stop();
      if (!isExpected(error)) reportError(error);
    } finally {
      this.#isAsking = false;
      if (!this.#isStopped) this.#waiting = setTimeout(() => this.now(), this.#pause());
    }
  }

  #changed() {
    if (document.hidden || this.#isStopped) return;
    this.now();
  }

  #pause() {
    const usual = document.hidden ? this.#pauses.whenHidden : this.#pauses.whenVisible;
    if (this.#failures === 0) return usual;
    const longer = Math.min(LONGEST_PAUSE_MILLISECONDS, usual * 2 ** (this.#failures - 1));
    // Random, so that boards that lost the same server do not all ask again at the same moment.
    return Math.max(usual, longer * (0.9 + 0.2 * Math.random()));
  }
}
