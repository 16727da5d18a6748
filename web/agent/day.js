// An agent's day in the shape of a chain's story: one line per contact of the agent. Pure.

import { storyOf } from "../chain/story.js";
import { average, failedOffers, handleSeconds, isOpen } from "../records/contact_facts.js";

const AT_WORK = ["contact", "hold", "paused", "work"];

/** The story of `records` as GET /agents/{id}/contacts lists them, for one agent as of `now`. */
export function dayOf(records, agentId, now) {
  const legs = records
    .map((record) => ({ record, segments: segmentsOf(record, agentId) }))
    .filter(({ segments }) => segments.length)
    .sort((a, b) => (a.segments[0].StartTimestamp < b.segments[0].StartTimestamp ? -1 : 1))
    .map(({ record, segments }) => asLeg(record, segments));
  const story = storyOf({ Legs: legs }, now);
  // Other agents may have had offers of the same contact; the line shows this agent's alone.
  for (const leg of story.legs) {
    leg.inviter = null;
    for (const turn of leg.turns) turn.agentName = "";
  }
  return { ...story, isRunning: story.steps.some((step) => step.isRunning) };
}

/**
 * What a day comes to: {handled, failed: {MISSED, ...}, talk, hold, work, handle, busy}; seconds,
 * undefined where nothing is known. `busy` is time with at least one contact.
 */
export function totalsOf(records, agentId, story) {
  const handled = records.filter((record) => record.AgentId === agentId);
  const failed = { MISSED: 0, REJECTED: 0, ERROR: 0 };
  for (const record of records) {
    for (const { Outcome } of failedOffers(record, agentId)) failed[Outcome] += 1;
  }
  return {
    handled: handled.length,
    failed,
    talk: sum(handled.map((record) => record.Agent?.AgentInteractionDuration)),
    hold: sum(handled.map((record) => record.Agent?.CustomerHoldDuration)),
    work: sum(handled.map((record) => record.Agent?.AfterContactWorkDuration)),
    handle: average(handled.filter((record) => !isOpen(record)).map(handleSeconds)),
    busy: busySeconds(story),
  };
}

/** The states of one agent, from the Timeline: each lasts until the next. */
export function segmentsOf(record, agentId) {
  const lines = (record.Timeline ?? [])
    .map((line) => line.split(" "))
    .filter(([, , agent]) => agent === agentId)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (lines.length === 0) return statedSegments(record, agentId);
  const last = isOpen(record) ? undefined : lastMomentOf(record, agentId);
  return lines
    .map(([start, state], at) => ({
      AgentId: agentId,
      State: state,
      StartTimestamp: start,
      EndTimestamp: lines[at + 1]?.[0] ?? last,
    }))
    .filter(({ State }) => State !== "CLEARED");
}

/** The segments of a contact that no agent event showed, from Amazon's contact record alone. */
function statedSegments({ Agent: agent, AgentId: answering, DisconnectTimestamp }, AgentId) {
  if (answering !== AgentId || !agent?.ConnectedToAgentTimestamp) return [];
  const work = agent.AfterContactWorkStartTimestamp;
  const segments = [
    {
      AgentId,
      State: "CONNECTED",
      StartTimestamp: agent.ConnectedToAgentTimestamp,
      EndTimestamp: work ?? DisconnectTimestamp,
    },
  ];
  if (work) {
    const EndTimestamp = agent.AfterContactWorkEndTimestamp;
    segments.push({ AgentId, State: "ENDED", StartTimestamp: work, EndTimestamp });
  }
  return segments;
}

function lastMomentOf({ Attempts }, agentId) {
  const offer = (Attempts ?? []).findLast((attempt) => attempt.AgentId === agentId);
  return offer?.ClearedTimestamp ?? offer?.EndedTimestamp;
}

function asLeg(record, segments) {
  const { EnqueueTimestamp, DequeueTimestamp, ...queue } = record.Queue ?? {};
  return { ...record, Queue: record.Queue && queue, Depth: 0, IsSeen: true, Segments: segments };
}

function busySeconds({ steps }) {
  const spans = steps
    .filter((step) => AT_WORK.includes(step.look) && step.start !== null && step.end !== null)
    .sort((a, b) => a.start - b.start);
  let busy = 0;
  let until = -Infinity;
  for (const { start, end } of spans) {
    busy += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return Math.floor(busy / 1000);
}

function sum(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length ? known.reduce((total, value) => total + value, 0) : undefined;
}
