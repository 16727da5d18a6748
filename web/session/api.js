// Asks the query API, with the token of whoever is signed in.

import { deadline } from "./deadline.js";
import { Problem, SignInNeeded, Unreachable } from "./problems.js";

export class Api {
  #url;
  #session;

  constructor(config, session) {
    this.#url = config.apiUrl;
    this.#session = session;
  }

  /**
   * Gets `path`: {text, body, etag, date, sentAt, receivedAt}, the last two by performance.now();
   * with the `etag` of an answer that still stands {isUnchanged: true}.
   */
  async get(path, { etag } = {}) {
    let answer = await this.#ask(path, etag);
    if (answer.status === 401 && (await this.#session.renew()))
      answer = await this.#ask(path, etag);
    if (answer.status === 401) {
      this.#session.forget();
      throw new SignInNeeded("You are not signed in any more.");
    }
    if (answer.status === 304) return { isUnchanged: true };
    if (answer.status >= 500) throw new Unreachable(`The server answered ${answer.status}.`);
    if (answer.status !== 200) throw new Problem(answer.status, parsed(answer.text) ?? {});
    const body = parsed(answer.text);
    if (!body) throw new Unreachable("The server's answer cannot be read.");
    return { ...answer, body };
  }

  async #ask(path, etag) {
    const headers = { ...(await this.#session.headers()), ...(etag && { "If-None-Match": etag }) };
    const signal = deadline();
    const sentAt = performance.now();
    try {
      const answer = await fetch(this.#url + path, { headers, signal, cache: "no-store" });
      const receivedAt = performance.now();
      const [etag, date] = ["ETag", "Date"].map((name) => answer.headers.get(name));
      const text = await answer.text();
      return { status: answer.status, text, etag, date, sentAt, receivedAt };
    } catch {
      throw new Unreachable("The server cannot be reached.");
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
