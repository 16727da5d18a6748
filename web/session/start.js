// Starts a page: configuration, sign-in, and the head that all pages have.

import { element } from "../page/elements.js";
import { connectThemeSwitch } from "../page/theme_switch.js";
import { Api } from "./api.js";
import { readConfig } from "./config.js";
import { openSession } from "./sign_in.js";

const PAUSE_MILLISECONDS = 10_000;

/** {api, session} once somebody is signed in; until then shows why not, and tries again. */
export async function startPage() {
  connectThemeSwitch(document.getElementById("theme"));
  for (;;) {
    try {
      return await begun();
    } catch (error) {
      sayWhy(error);
      await new Promise((resume) => setTimeout(resume, PAUSE_MILLISECONDS));
    }
  }
}

async function begun() {
  const config = await readConfig();
  const session = await openSession(config);
  await session.ensureSignedIn();
  offerSignOut(session);
  document.getElementById("banner").hidden = true;
  return { api: new Api(config, session), session };
}

function offerSignOut(session) {
  const button = document.getElementById("sign-out");
  button.hidden = !session.canSignOut;
  button.addEventListener("click", () => session.signOut());
}

function sayWhy(error) {
  const banner = document.getElementById("banner");
  banner.replaceChildren(
    element("p", {}, `This page cannot begin, trying again. ${error.message}`),
  );
  banner.hidden = false;
}
