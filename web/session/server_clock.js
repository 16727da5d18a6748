// The server's time, worked out from its answers: the clock of this machine may be wrong.

const JUMP_MILLISECONDS = 1000;

export class ServerClock {
  // Bounds of the server's time minus the monotonic time here: an answer was stamped between its
  // request and its arrival.
  #least = -Infinity;
  #most = Infinity;
  #wallClockAhead = wallClockAhead();

  /**
   * Takes in that the server said `timestamp`, rounded down to `precision` milliseconds, between
   * two moments of performance.now().
   */
  learn(timestamp, { sentAt, receivedAt, precision = 1 }) {
    const stated = Date.parse(timestamp);
    const least = stated - receivedAt;
    const most = stated + precision - 1 - sentAt;
    const contradicts = least > this.#most || most < this.#least;
    this.#least = contradicts ? least : Math.max(least, this.#least);
    this.#most = contradicts ? most : Math.min(most, this.#most);
  }

  /** The server's time in epoch milliseconds; before any answer this machine's. */
  now() {
    if (this.#least === -Infinity) return Date.now();
    return performance.now() + (this.#least + this.#most) / 2;
  }

  /** Whether this machine slept (or its clock was set): then only a fresh answer tells the time. */
  hasJumped() {
    const ahead = wallClockAhead();
    const jumped = Math.abs(ahead - this.#wallClockAhead) > JUMP_MILLISECONDS;
    this.#wallClockAhead = ahead;
    if (jumped) {
      this.#least = -Infinity;
      this.#most = Infinity;
    }
    return jumped;
  }
}

function wallClockAhead() {
  return Date.now() - performance.now();
}
