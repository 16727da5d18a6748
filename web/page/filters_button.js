// Where there is little room the filters are behind a button.

import { byId } from "./by_id.js";

/** Lets the button `show-filters` show and hide the form `filters`; style.css decides where. */
export function connectFiltersButton() {
  const button = byId("show-filters");
  const form = byId("filters");
  button.addEventListener("click", () => {
    const isOpen = form.dataset.open !== "yes";
    form.dataset.open = isOpen ? "yes" : "no";
    button.setAttribute("aria-expanded", String(isOpen));
  });
}
