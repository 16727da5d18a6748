// Keyboard and pointer in the picture: one tab stop, arrow keys from bar to bar, facts on hover.

import { element } from "../page/elements.js";
import { factsOf } from "./bars.js";

export class BarNavigation {
  #frame;
  #facts = element("div", { class: "facts", "aria-hidden": "true", hidden: true });
  #lastReached = 0;

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

  /** Shows `picture` instead of the one before; the focus stays on the same bar or label. */
  show(picture) {
    const before = this.#frame.querySelector("svg");
    const focused = before?.contains(document.activeElement) ? document.activeElement : null;
    const isOpen = !this.#facts.hidden;
    const reached = this.#bars()[this.#lastReached];
    // At once: a frame without a picture would forget how far it was scrolled.
    if (before) before.replaceWith(picture);
    else this.#frame.prepend(picture);
    const bars = this.#bars();
    const bar = (reached && bars.find(isSameStep(reached.step))) ?? bars[0];
    bar?.setAttribute("tabindex", "0");
    this.#lastReached = Math.max(0, bars.indexOf(bar));
    if (!focused) return;
    const again = focused.matches("[data-bar]") ? bar : sameLink(picture, focused);
    again?.focus({ preventScroll: true });
    // What the viewer has closed stays closed.
    this.#facts.hidden = !isOpen;
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

/** As far as the same step is told again: it may have ended, or its leg have another number. */
function isSameStep({ start, state, agentName }) {
  return ({ step }) =>
    step.start === start && step.state === state && step.agentName === agentName;
}

function sameLink(picture, link) {
  const href = link.getAttribute("href");
  return [...picture.querySelectorAll("a")].find((each) => each.getAttribute("href") === href);
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
