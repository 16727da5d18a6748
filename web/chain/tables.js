// The facts of the picture as tables, and the totals.

import { clockText, day, dayAndTime, secondsText, timeOfDay } from "../page/durations.js";
import { element } from "../page/elements.js";
import { tiles } from "../page/tiles.js";
import { failureLabel } from "./states.js";
import { evidenceText } from "./story.js";

/** The looks of bars whose durations are added up, with the names of the totals. */
const BARS = [
  ["Connected", "contact"],
  ["On hold", "hold"],
  ["In queue", "queue"],
  ["After contact work", "work"],
];
/** Totals that only a chain of several legs has. */
const COUNTS = ["Legs", "Agents", "Queues", "Hops"];

const LEG_HEADS = [
  "Leg",
  "Contact",
  "Agent",
  "Invited by",
  "Type",
  "Known by",
  "Initiation method",
  "Queue",
  "Status",
  "Began",
  "In queue",
  "Ring",
  "Talk",
  "Hold",
  "ACW",
  "Failed offers",
];

const STEP_HEADS = ["Leg", "Agent", "State", "From", "To", "Duration", "Outcome of the offer"];

/** The totals of the chain as pairs of a description list: tiles count what the bars show. */
export function totalsOf({ Totals }, story) {
  const pairs = [["End to end", secondsText(Totals.EndToEndDuration)]];
  if (Totals.EndToEndDuration === undefined) pairs.pop();
  for (const [label, look] of BARS) {
    const bars = story.steps.filter((step) => step.look === look && step.duration !== null);
    if (bars.length || look === "contact") pairs.push([label, clockText(lasting(bars))]);
  }
  pairs.push(["Talk with the customer", secondsText(Totals.AgentInteractionDuration)]);
  if (story.legs.length > 1) pairs.push(...COUNTS.map((name) => [name, String(Totals[name])]));
  const failed = story.legs.flatMap((leg) => leg.turns).filter((turn) => turn.failure);
  pairs.push(["Failed offers", String(failed.length)]);
  if (Totals.UnknownInteractions) {
    pairs.push(["Legs without a known end, left out of talk", String(Totals.UnknownInteractions)]);
  }
  return tiles(pairs);
}

/** The sum of the bars' durations, in milliseconds. */
function lasting(bars) {
  return bars.reduce((sum, bar) => sum + bar.end - bar.start, 0);
}

/** A row per leg; `showRecord(leg)` is called when its JSON is wanted. */
export function legTable(story, chosen, showRecord) {
  const rows = story.legs.map((leg) => legRow(leg, { story, chosen, showRecord }));
  return table("Legs", LEG_HEADS, rows);
}

/** A row per bar of the picture, in the same order. */
export function stepTable(story) {
  const rows = story.steps.map((step) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, String(step.legNumber)),
      ...cells([
        step.agentName,
        `${step.label} (${step.state})`,
        step.start === null ? "not known" : timeOfDay(step.start),
        endText(step),
        step.duration ?? "not known",
        step.outcome,
      ]),
    ),
  );
  return table("Steps", STEP_HEADS, rows);
}

/** All attributes of a leg's record, by name. */
export function recordList(record) {
  const { Depth, Segments, IsSeen, Timeline, InferredTimeline, ...told } = record;
  return flattened(told).map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, String(value))),
  );
}

/** The text of a moment; with its day if the chain lasts for more than one. */
function began(moment, { start, end }) {
  return day(start) === day(end) ? timeOfDay(moment) : dayAndTime(moment);
}

function legRow(leg, { story, chosen, showRecord }) {
  const { record } = leg;
  const agent = record.Agent ?? {};
  const failed = (record.Attempts ?? []).filter((attempt) => failureLabel(attempt.Outcome));
  const answered = (record.Attempts ?? []).find((attempt) => attempt.AgentId === record.AgentId);
  const contact = element(
    "a",
    { href: `chain.html?contact=${encodeURIComponent(leg.id)}`, title: leg.id },
    leg.id.slice(0, 8),
  );
  return element(
    "tr",
    { "aria-current": leg.id === chosen && "true" },
    element("th", { scope: "row" }, String(leg.number)),
    element("td", {}, contact, " ", recordButton(leg, showRecord)),
    ...cells([
      leg.name,
      leg.inviter ? `Leg ${leg.inviter.number}` : "–",
      record.TransferType ?? "–",
      evidenceText(record.LinkEvidence) || "–",
      leg.method || "–",
      leg.queue || "–",
      record.Status ?? "–",
      leg.start === null ? "–" : began(leg.start, story),
      secondsText(record.Queue?.Duration),
      secondsText(answered?.RingDuration),
      secondsText(agent.AgentInteractionDuration),
      secondsText(agent.CustomerHoldDuration),
      secondsText(agent.AfterContactWorkDuration),
    ]),
    element("td", { class: "texts" }, failed.map(offerText).join("; ") || "–"),
  );
}

function offerText({ Username, AgentId, Outcome, RingDuration }) {
  return `${Username ?? AgentId} ${failureLabel(Outcome)} ${secondsText(RingDuration)}`;
}

function recordButton(leg, showRecord) {
  const button = element("button", { type: "button", class: "small" }, "JSON");
  button.setAttribute("aria-label", `Record of leg ${leg.number} as JSON`);
  button.addEventListener("click", () => showRecord(leg));
  return button;
}

function endText(step) {
  if (step.isRunning) return "now";
  return step.end === null ? "not known" : timeOfDay(step.end);
}

function table(caption, heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
}

function cells(texts) {
  return texts.map((text) => element("td", {}, text));
}

/** [dotted path, value] of every member that is not an object, in the document's order. */
function flattened(value, path = []) {
  if (value === null || typeof value !== "object") return [[path.join("."), value]];
  return Object.entries(value).flatMap(([name, inner]) => flattened(inner, [...path, name]));
}
