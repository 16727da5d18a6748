// Reads lists of contacts from the API, page by page.

import { apiPath } from "./api_path.js";

const PER_REQUEST = 100;

/** The path of a list of contacts, page by page, with its parameters; see `apiPath`. */
export function listPath(path, parameters) {
  return apiPath(path, { ...parameters, limit: PER_REQUEST });
}

/** Reads one list; each call of `read` goes on where the one before stopped. */
export class ListReader {
  #api;
  #path;
  #cursor;
  #hasMore = true;

  constructor(api, path) {
    this.#api = api;
    this.#path = path;
  }

  /** Whether there may be more. */
  get hasMore() {
    return this.#hasMore;
  }

  /**
   * Reads until `isEnough()` or the list is over; `take(records)` gets each page. Throws what
   * `Api.get` throws; pages that were taken before stay taken.
   */
  async read(take, isEnough) {
    while (this.#hasMore && !isEnough()) {
      const cursor = this.#cursor ? `&cursor=${encodeURIComponent(this.#cursor)}` : "";
      const { body } = await this.#api.get(`${this.#path}${cursor}`);
      this.#cursor = body.Cursor;
      this.#hasMore = Boolean(body.Cursor);
      take(body.Items);
    }
  }
}

/** All records of a list, at most `most` of them: {records, hasMore}. */
export async function readAll(api, path, most) {
  const reader = new ListReader(api, path);
  const records = [];
  await reader.read(
    (page) => records.push(...page),
    () => records.length >= most,
  );
  return { records, hasMore: reader.hasMore };
}
