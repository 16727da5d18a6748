// Days of the viewer's calendar, as addresses have them: 2026-03-09. Pure.

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** The viewer's day of a moment. */
export function dayText(moment) {
  const date = new Date(moment);
  const parts = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return [date.getFullYear(), ...parts].join("-");
}

/** The day that an address states, else that of `now`. */
export function statedDay(stated, now) {
  return DAY.test(stated ?? "") && !Number.isNaN(Date.parse(stated)) ? stated : dayText(now);
}

/** {from, to}: its midnights in epoch milliseconds; summer time makes some days shorter. */
export function boundsOf(day) {
  const [year, month, date] = day.split("-").map(Number);
  return {
    from: new Date(year, month - 1, date).getTime(),
    to: new Date(year, month - 1, date + 1).getTime(),
  };
}

/** The day so many days later. */
export function dayAfter(day, days) {
  const [year, month, date] = day.split("-").map(Number);
  return dayText(new Date(year, month - 1, date + days));
}
