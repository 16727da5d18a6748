// Reads config.json, which the deployment or the local server puts beside these files.

import { deadline } from "./deadline.js";
import { Unreachable } from "./problems.js";

/**
 * Where the API is and who signs people in: {apiUrl, issuer (or null), clientId, scopes}. Without
 * apiUrl the API is at the pages' own origin, under whichever name they were asked for.
 */
export async function readConfig() {
  try {
    const answer = await fetch("config.json", { cache: "no-cache", signal: deadline() });
    if (!answer.ok) throw new Unreachable(`The server answers ${answer.status}.`);
    const config = await answer.json();
    return { ...config, apiUrl: (config.apiUrl ?? "").replace(/\/+$/, "") };
  } catch {
    throw new Unreachable("Its configuration, config.json, cannot be read.");
  }
}
