// Keyboard and pointer in the picture: one tab stop, arrow keys from bar to bar, facts on hover.

import { element } from "../page/elements.js";
import { factsOf } from "./bars.js";

export class BarNavigation {
  #frame;
  #facts = element("div", { class: "facts", "aria-hidden": "true", hidden: true });
  #lastReached = null;

  /** `frame` holds the picture; it is kept when the picture is drawn anew. */
  constructor(frame) {
    this.#frame = frame;
    frame.append(this.#facts);
    frame.addEventListener("pointerover", (event) => this.#show(barOf(event)));
    frame.addEventListener("pointerleave", () => this.#show(null));
    frame.addEventListener("focusin", (event) => this.#reach(barOf(event)));
    frame.addEventListener("focusout", () => this.#show(null));
    frame.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Makes the bars of a new picture reachable; focus goes back to where it was. */
  adopt(hadFocus) {
    const bars = this.#bars();
    const at = Math.min(this.#lastReached ?? 0, bars.length - 1);
    bars[at]?.setAttribute("tabindex", "0");
    if (hadFocus) bars[at]?.focus({ preventScroll: true });
  }

  /** Whether a bar has the focus. */
  get hasFocus() {
    return Boolean(document.activeElement?.closest?.("[data-bar]"));
  }

  #bars() {
    return [...this.#frame.querySelectorAll("[data-bar]")];
  }

  #reach(bar) {
    if (!bar) return;
    for (const other of this.#bars()) other.setAttribute("tabindex", other === bar ? "0" : "-1");
    this.#lastReached = this.#bars().indexOf(bar);
    this.#show(bar);
  }

  #move(event) {
    const bar = barOf(event);
    if (!bar) return;
    if (event.key === "Escape") {
      this.#show(null);
      return;
    }
    const next = neighbour(this.#bars(), bar, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #show(bar) {
    this.#facts.hidden = !bar;
    if (!bar) return;
    const [title, ...lines] = factsOf(bar.step);
    this.#facts.replaceChildren(
      element("strong", {}, title),
      ...lines.map((line) => element("span", {}, line)),
    );
    this.#place(bar.getBoundingClientRect());
  }

  /** Puts the facts below the bar, or above it near the window's foot, always inside the window. */
  #place(bar) {
    const facts = this.#facts.getBoundingClientRect();
    const isRoomBelow = bar.bottom + facts.height + 12 < window.innerHeight;
    const left = Math.min(Math.max(bar.left, 8), window.innerWidth - facts.width - 8);
    const top = isRoomBelow ? bar.bottom + 8 : bar.top - facts.height - 8;
    this.#facts.style.left = `${left}px`;
    this.#facts.style.top = `${top}px`;
  }
}

function barOf(event) {
  return event.target.closest("[data-bar]");
}

/** The bar that `key` leads to from `bar`, if any. */
function neighbour(bars, bar, key) {
  const at = bars.indexOf(bar);
  const leg = bar.step.legNumber;
  const ofLeg = (number) => bars.find((other) => other.step.legNumber === number);
  const after = bars.find((other) => other.step.legNumber > leg);
  const before = bars.findLast((other) => other.step.legNumber < leg);
  const steps = {
    ArrowRight: bars[at + 1],
    ArrowLeft: bars[at - 1],
    ArrowDown: after,
    ArrowUp: before && ofLeg(before.step.legNumber),
    Home: bars[0],
    End: bars.at(-1),
  };
  return steps[key];
}
