// Entry of session.html, to which the issuer redirects after signing in and after signing out.

import { setText } from "../page/elements.js";
import { readConfig } from "./config.js";
import { openSession } from "./sign_in.js";

const parameters = new URLSearchParams(location.search);
const isReturning = parameters.has("code") || parameters.has("error");

if (isReturning) await goOn();
else say("You are signed out.");

async function goOn() {
  try {
    const session = await openSession(await readConfig());
    location.replace(await session.completeSignIn(parameters));
  } catch (error) {
    say(`You could not be signed in. ${error.message}`);
  }
}

function say(text) {
  setText(document.getElementById("message"), text);
  document.getElementById("again").hidden = false;
}
