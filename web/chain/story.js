// A chain in the shape that picture and tables show: legs, their turns, their steps. Pure.

import { clockText } from "../page/durations.js";
import { failureLabel, stateLabel, stateLook } from "./states.js";

/**
 * The story of what GET /contacts/{id}/chain answers, as of `now` (epoch milliseconds):
 * {legs, steps, start, end, isRunning}; times are epoch milliseconds, those not known null.
 *
 * leg: {number, id, record, depth, name, method, queue, inviter, start, end, turns, waiting,
 *   isRunning}; `waiting` is a step without an agent
 * turn: {agentId, agentName, offer, outcome, failure, steps}
 * step: {legNumber, agentName, state, label, look, start, end, isRunning, duration, outcome}
 */
export function storyOf(chain, now) {
  const names = agentNames(chain.Legs);
  const legs = chain.Legs.map((record, at) => legOf(record, at + 1, names, now));
  const byId = new Map(legs.map((leg) => [leg.id, leg]));
  for (const leg of legs) leg.inviter = byId.get(leg.record.PreviousContactId) ?? null;
  const steps = legs.flatMap(stepsOf);
  const times = steps.flatMap((step) => [step.start, step.end]).filter((time) => time !== null);
  return {
    legs,
    steps,
    start: times.length ? Math.min(...times) : null,
    end: times.length ? Math.max(...times) : null,
    isRunning: chain.Legs.some(isRunning),
  };
}

/** How the link to the inviting leg is known, in words. */
export function evidenceText(evidence) {
  const words = {
    INFERRED: "inferred",
    CONTACT_EVENT: "by contact event",
    CONTACT_RECORD: "by contact record",
  };
  return words[evidence] ?? evidence ?? "";
}

/** A leg in one line: Leg 2, cleo, TRANSFER, Billing. */
export function legText({ number, name, method, queue }) {
  return [`Leg ${number}`, name, method, queue].filter(Boolean).join(", ");
}

/** The queue's name; an agent's own queue has none. */
function queueText({ Queue, QueueId }, names) {
  if (Queue?.Name) return Queue.Name;
  const owner = QueueId?.startsWith("agent/") ? QueueId.slice("agent/".length) : null;
  return owner ? `${names.get(owner) ?? "agent"}'s own queue` : (QueueId ?? "");
}

function legOf(record, number, names, now) {
  const method = record.InitiationMethod;
  const context = { number, method, isRunning: isRunning(record), now };
  const turns = turnsOf(record, names, context);
  const waiting = waitingOf(record.Queue, context);
  const steps = [...(waiting ? [waiting] : []), ...turns.flatMap((turn) => turn.steps)];
  const times = steps.flatMap((step) => [step.start, step.end]).filter((time) => time !== null);
  return {
    number,
    id: record.ContactId,
    record,
    depth: record.Depth ?? 0,
    name: legName(record, names),
    method: method ?? "",
    queue: queueText(record, names),
    inviter: null,
    waiting,
    turns,
    start: times.length ? Math.min(...times) : null,
    end: times.length ? Math.max(...times) : null,
    isRunning: context.isRunning,
  };
}

function legName(record, names) {
  if (!record.IsSeen) return "Not seen (yet)";
  if (record.AgentId) return names.get(record.AgentId);
  if (record.InitiationMethod === "EXTERNAL_OUTBOUND") return "External party";
  return (record.Attempts ?? []).length ? "Nobody answered" : "No agent";
}

function isRunning(record) {
  return record.Status === "IN_PROGRESS";
}

/** Usernames by agent id, from all legs. */
function agentNames(records) {
  const names = new Map();
  for (const { Agent, AgentId: answering, Attempts, Segments } of records) {
    for (const { AgentId } of Segments ?? []) {
      if (AgentId && !names.has(AgentId)) names.set(AgentId, unnamed(AgentId));
    }
    for (const { AgentId, Username } of Attempts ?? []) if (Username) names.set(AgentId, Username);
    if (answering) names.set(answering, Agent?.Username ?? names.get(answering) ?? unnamed(answering));
  }
  return names;
}

function unnamed(agentId) {
  return `agent ${agentId.slice(0, 8)}`;
}

/** The step of the time in the queue; null if there is none, or if its end is not known. */
function waitingOf(queue, context) {
  if (!queue?.EnqueueTimestamp) return null;
  if (!queue.DequeueTimestamp && !context.isRunning) return null;
  const segment = {
    State: "IN_QUEUE",
    StartTimestamp: queue.EnqueueTimestamp,
    EndTimestamp: queue.DequeueTimestamp,
  };
  return stepOf(segment, { agentName: "", outcome: "" }, context);
}

/** The segments by agent and offer: a new offer to the same agent is another turn. */
function turnsOf(record, names, context) {
  const turns = [];
  const open = new Map();
  for (const segment of [...(record.Segments ?? [])].sort(byStart)) {
    const offer = offerOf(record.Attempts, segment);
    let turn = open.get(segment.AgentId);
    if (!turn || turn.offer !== offer) {
      turn = beginTurn(segment, offer, names);
      open.set(segment.AgentId, turn);
      turns.push(turn);
    }
    turn.steps.push(stepOf(segment, turn, context));
  }
  return turns;
}

function beginTurn({ AgentId }, offer, names) {
  return {
    agentId: AgentId,
    agentName: AgentId ? names.get(AgentId) : "",
    offer,
    outcome: offer?.Outcome ?? "",
    failure: failureLabel(offer?.Outcome),
    steps: [],
  };
}

/** The last offer to the segment's agent that was made before the segment began. */
function offerOf(attempts, { AgentId, StartTimestamp }) {
  const made = (attempts ?? []).filter(
    (attempt) =>
      attempt.AgentId === AgentId && (attempt.OfferedTimestamp ?? "") <= (StartTimestamp ?? ""),
  );
  return made.at(-1);
}

function stepOf({ State, StartTimestamp, EndTimestamp }, turn, context) {
  const start = moment(StartTimestamp);
  const isRunningNow = !EndTimestamp && context.isRunning;
  const end = isRunningNow ? Math.max(context.now, start) : moment(EndTimestamp);
  return {
    legNumber: context.number,
    agentName: turn.agentName,
    outcome: turn.outcome,
    state: State,
    label: stateLabel(State, context.method),
    look: stateLook(State),
    start,
    end,
    isRunning: isRunningNow,
    duration: start === null || end === null ? null : clockText(end - start),
  };
}

function stepsOf(leg) {
  const steps = leg.turns.flatMap((turn) => turn.steps);
  return leg.waiting ? [leg.waiting, ...steps] : steps;
}

function moment(timestamp) {
  return timestamp ? Date.parse(timestamp) : null;
}

function byStart(one, other) {
  const [a, b] = [one.StartTimestamp ?? "", other.StartTimestamp ?? ""];
  return a < b ? -1 : a > b ? 1 : 0;
}
