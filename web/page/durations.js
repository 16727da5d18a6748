// Durations and times of day as people read them.

/** 0:07, 12:34, 1:02:03 or 2 d 3:04:05 of so many milliseconds, rounded down; never negative. */
export function clockText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  if (hours < 1) return `${parts[0]}:${twoDigits(parts[1])}`;
  const clock = `${hours % 24}:${parts.map(twoDigits).join(":")}`;
  return hours < 24 ? clock : `${Math.floor(hours / 24)} d ${clock}`;
}

/** The same of whole seconds, and a dash when they are not known. */
export function secondsText(seconds) {
  return seconds === undefined ? "–" : clockText(seconds * 1000);
}

const TIME_OF_DAY = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The viewer's time of day: 09:08:06. */
export function timeOfDay(moment) {
  return TIME_OF_DAY.format(new Date(moment));
}

/** The viewer's day: 9 Mar 2026. */
export function day(moment) {
  return DAY.format(new Date(moment));
}

/** The viewer's day and time of day. */
export function dayAndTime(moment) {
  return `${day(moment)} ${timeOfDay(moment)}`;
}

/** The name of the time zone that these times are in. */
export function timeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function twoDigits(number) {
  return String(number).padStart(2, "0");
}
