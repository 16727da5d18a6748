// Which day is shown, and the way to the days around it.

import { byId } from "./by_id.js";
import { dayAfter, dayText } from "./days.js";

/** Lets the field `day` and its links lead to other days of this page. */
export function connectDayLinks(day, now) {
  const field = byId("day");
  field.value = day;
  field.max = dayText(now);
  field.addEventListener("change", () => field.value && location.assign(addressOf(field.value)));
  byId("day-before").href = addressOf(dayAfter(day, -1));
  byId("day-after").href = addressOf(dayAfter(day, 1));
  byId("day-after").hidden = day >= dayText(now);
}

function addressOf(day) {
  const parameters = new URLSearchParams(location.search);
  parameters.set("day", day);
  return `?${parameters}`;
}
