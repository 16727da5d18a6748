// The button that shows the filters where there is little room.

import { byId } from "./by_id.js";

/** Lets the button `show-filters` show and hide the form `filters`; page.css decides where. */
export function connectFiltersButton() {
  const button = byId("show-filters");
  const form = byId("filters");
  button.addEventListener("click", () => {
    const isOpen = form.dataset.open !== "yes";
    form.dataset.open = isOpen ? "yes" : "no";
    button.setAttribute("aria-expanded", String(isOpen));
  });
}
