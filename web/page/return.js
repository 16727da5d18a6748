// Coming back to a page by the browser's Back.

/** Gives `field` what the page shows, also when the browser had put the page aside meanwhile. */
export function keepOnReturn(field, value) {
  field.value = value;
  window.addEventListener("pageshow", ({ persisted }) => {
    // Else it holds what was entered last, which led away.
    if (persisted) field.value = value;
  });
}
