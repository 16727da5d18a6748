// How wide text will be in the picture.

const FONT = '12px "Segoe UI", Inter, system-ui, sans-serif';
let context;

export const BOLD = 600;

/** The width of `text` in pixels. */
export function textWidth(text, weight = 400) {
  context ??= document.createElement("canvas").getContext("2d");
  context.font = `${weight} ${FONT}`;
  return context.measureText(text).width;
}

/** `text`, shortened to `room` pixels. */
export function clipped(text, room, weight) {
  if (textWidth(text, weight) <= room) return text;
  let shorter = text;
  while (shorter && textWidth(`${shorter}…`, weight) > room) shorter = shorter.slice(0, -1);
  return `${shorter.trimEnd()}…`;
}
