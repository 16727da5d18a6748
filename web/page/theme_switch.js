// The switch between the system's, light and dark colours, remembered in this browser.

/** Lets `select` choose the colours; the choice is stored, and theme.js applies it on each load. */
export function connectThemeSwitch(select) {
  select.value = document.documentElement.dataset.theme ?? "system";
  select.addEventListener("change", () => choose(select.value));
}

function choose(theme) {
  if (theme === "system") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
