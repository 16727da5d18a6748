// How long any server may take to answer.

const MILLISECONDS_TO_ANSWER = 10_000;

/** A signal that gives a request up once its server has had its time. */
export function deadline() {
  return AbortSignal.timeout(MILLISECONDS_TO_ANSWER);
}
