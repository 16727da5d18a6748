// Which day is shown, and the way to the days around it.

import { byId } from "./by_id.js";
import { dayAfter, dayText } from "./days.js";
import { keepOnReturn } from "./return.js";

/** Lets the field `day` and its links lead to other days of this page. */
export function connectDayLinks(day, now) {
  const field = byId("day");
  keepOnReturn(field, day);
  field.max = dayText(now);
  followWhenChosen(field, day);
  byId("day-before").href = addressOf(dayAfter(day, -1));
  byId("day-after").href = addressOf(dayAfter(day, 1));
  byId("day-after").hidden = day >= dayText(now);
}

/** A picked day at once, a typed one at its end: each of its parts makes another valid day. */
function followWhenChosen(field, day) {
  let isTyping = false;
  const follow = () => {
    isTyping = false;
    if (field.value && field.value !== day) location.assign(addressOf(field.value));
  };
  field.addEventListener("keydown", (event) => {
    isTyping = event.key !== "Enter";
    if (isTyping) return;
    // Else some browsers send the form, and the address would be the day alone.
    event.preventDefault();
    follow();
  });
  field.addEventListener("change", () => isTyping || follow());
  field.addEventListener("blur", follow);
}

function addressOf(day) {
  const parameters = new URLSearchParams(location.search);
  parameters.set("day", day);
  return `?${parameters}`;
}
