// Why the API gave no figures.

/** The API refused, and said why (RFC 9457). */
export class Problem extends Error {
  constructor(status, { title, detail }) {
    super(detail ?? title ?? `The server answered ${status}.`);
    this.status = status;
  }
}

/** No answer, or none that can be read. */
export class Unreachable extends Error {}

/** Only signing in (again) helps. */
export class SignInNeeded extends Error {}

/** Whether `error` is one of these, not a fault of the page. */
export function isExpected(error) {
  return [Problem, Unreachable, SignInNeeded].some((kind) => error instanceof kind);
}
