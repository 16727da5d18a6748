// The positions of lanes, rows, bars and arrows in the picture, in pixels. Pure.

export const LABELS_WIDTH = 260;
const RIGHT = 28;
const TOP = 58;
const ROW = 26;
const BAR = 20;

/** Room above and below the bars of a lane: a leg's has room for an arrow's words, a day's none. */
export const LEGS = Object.freeze({ head: 19, foot: 9 });
export const LINES = Object.freeze({ head: 4, foot: 2 });
const LEAST_BAR = 3;
const BETWEEN_TURNS = 10;
const LEGEND = 60;
const ARROW_ROOM = 12;

/**
 * The layout of `story` on a picture `width` pixels wide; `textWidth(text)` measures, `lanes` is
 * LEGS or LINES.
 *
 * {width, height, top, bottom, start, x(moment), arrows: [{leg, from, to}],
 *  lanes: [{leg, y, height, waiting, turns: [{turn, y, bars, note, noteX, ...}]}]}; `waiting` and
 * each of `bars` are {step, x, y, width, height}.
 */
export function layoutOf(story, width, textWidth, { head, foot } = LEGS) {
  const x = scale(story, width);
  const lanes = [];
  let y = TOP;
  for (const leg of story.legs) {
    const lane = laneOf(leg, y, { x, width, textWidth, head, foot });
    lanes.push(lane);
    y += lane.height;
  }
  const byLeg = new Map(lanes.map((lane) => [lane.leg, lane]));
  const arrows = lanes.filter((lane) => lane.leg.inviter).map((lane) => arrowOf(lane, byLeg, x));
  return { width, height: y + LEGEND, top: TOP, bottom: y, x, lanes, arrows, start: LABELS_WIDTH };
}

/** The function from moments to pixels. */
function scale({ start, end }, width) {
  const room = width - LABELS_WIDTH - RIGHT;
  const lasting = Math.max(end - start, 1000);
  return (moment) => LABELS_WIDTH + ARROW_ROOM + ((moment - start) / lasting) * (room - ARROW_ROOM);
}

function laneOf(leg, y, measures) {
  const barsY = y + measures.head;
  const turns = placed(leg, measures);
  const rowCount = Math.max(1, ...turns.map((turn) => turn.row + 1));
  return {
    leg,
    y,
    height: measures.head + rowCount * ROW + measures.foot,
    turns: turns.map((turn) => turnAt(turn, barsY + turn.row * ROW, measures)),
    waiting: leg.waiting && barOf(leg.waiting, barsY + BAR / 2 - 3, 6, measures),
  };
}

/** Gives each turn the first row in which neither it nor its note covers another. */
function placed(leg, { x, width, textWidth }) {
  const ends = [];
  const dated = leg.turns.filter((turn) => turn.steps.some((step) => step.start !== null));
  return dated.map((turn) => {
    const note = noteOf(turn, leg);
    const start = x(turn.steps.find((step) => step.start !== null).start);
    const end = Math.max(...turn.steps.map((step) => x(step.end ?? step.start ?? leg.start)));
    const room = note ? textWidth(note) + BETWEEN_TURNS : 0;
    const isNoteBefore = end + room > width;
    const from = isNoteBefore ? start - room : start;
    const to = Math.max(end, start + LEAST_BAR) + (isNoteBefore ? 0 : room);
    let row = ends.findIndex((taken) => taken + BETWEEN_TURNS <= from);
    if (row < 0) row = ends.length;
    ends[row] = to;
    return { turn, row, note, noteX: isNoteBefore ? start - 6 : end + 6, isNoteBefore };
  });
}

/** The note beside a turn: the agent, and how a failed offer ended, unless the label says it. */
function noteOf(turn, leg) {
  if (turn.failure) {
    const ring = turn.steps[0].duration;
    const who = turn.agentName ? `${turn.agentName} ` : "";
    return `✕ ${who}${turn.failure}${ring ? ` after ${ring}` : ""}`;
  }
  return turn.agentName && turn.agentName !== leg.name ? turn.agentName : "";
}

function turnAt({ turn, note, noteX, isNoteBefore }, y, measures) {
  const bars = turn.steps
    .filter((step) => step.start !== null)
    // A failed offer may stay in the agent's snapshot, which is nobody's work: a thin bar.
    .map((step) =>
      step.look === "failed"
        ? barOf(step, y + 7, BAR - 14, measures)
        : barOf(step, y, BAR, measures),
    );
  return { turn, y, bars, note, noteX, isNoteBefore, noteY: y + BAR / 2 };
}

function barOf(step, y, height, { x }) {
  const from = x(step.start);
  return { step, x: from, y, width: Math.max(LEAST_BAR, x(step.end ?? step.start) - from), height };
}

/** The arrow from the inviting leg's lane, at that time, to the beginning of the invited leg. */
function arrowOf(lane, byLeg, x) {
  const inviter = byLeg.get(lane.leg.inviter);
  const firstBar = lane.waiting ?? lane.turns[0]?.bars[0];
  const to = {
    x: firstBar ? firstBar.x : LABELS_WIDTH + ARROW_ROOM,
    y: lane.y + LEGS.head + BAR / 2,
  };
  const lastX = inviter.leg.end === null ? to.x - ARROW_ROOM : x(inviter.leg.end);
  const fromX = Math.max(LABELS_WIDTH + 2, Math.min(to.x - ARROW_ROOM, lastX));
  const row = lowestRowAt(inviter, fromX);
  return { leg: lane.leg, from: { x: fromX, y: row }, to };
}

/** The lower edge of the lane's bars at `x`, where the arrow begins. */
function lowestRowAt(lane, x) {
  const under = lane.turns
    .flatMap((turn) => turn.bars)
    .filter((bar) => bar.x <= x + 1 && bar.x + bar.width >= x - 1)
    .map((bar) => bar.y + bar.height);
  return under.length ? Math.max(...under) : lane.y + LEGS.head + BAR / 2;
}
