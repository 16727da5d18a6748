// Signing in with OpenID Connect: authorization code with PKCE; tokens live in sessionStorage only.
// https://datatracker.ietf.org/doc/html/rfc7636
// https://openid.net/specs/openid-connect-discovery-1_0.html

import { deadline } from "./deadline.js";
import { SignInNeeded, Unreachable } from "./problems.js";

const TOKENS = "contact-chains.tokens";
const ATTEMPT = "contact-chains.sign-in";
const RENEW_BEFORE_MILLISECONDS = 60_000;
const NO_ISSUER = "The sign-in server cannot be reached.";

/** The session of the viewer; one without sign-in if the configuration names no issuer. */
export async function openSession(config) {
  if (!config.issuer) return new OpenSession();
  return new SignedInSession(config, await discovered(config.issuer));
}

/** A session without sign-in, for an API that asks for no token. */
class OpenSession {
  canSignOut = false;

  ensureSignedIn() {}

  headers() {
    return {};
  }

  renew() {
    return false;
  }

  forget() {}
}

/** Tokens of the issuer, renewed before they expire. */
class SignedInSession {
  canSignOut = true;
  #config;
  #endpoints;
  #renewing = null;

  constructor(config, endpoints) {
    this.#config = config;
    this.#endpoints = endpoints;
  }

  /** Returns if somebody is signed in; otherwise redirects to the issuer. */
  async ensureSignedIn() {
    if (stored(TOKENS) === null) await this.signIn();
  }

  /** The headers of a request to the API. */
  async headers() {
    const tokens = stored(TOKENS);
    if (!tokens) throw new SignInNeeded("You are not signed in.");
    if (tokens.expiresAt - Date.now() < RENEW_BEFORE_MILLISECONDS) await this.renew();
    return { Authorization: `Bearer ${(stored(TOKENS) ?? tokens).accessToken}` };
  }

  /** Renews the tokens, once for all callers at the same time; returns whether that worked. */
  renew() {
    this.#renewing ??= this.#fetchNewTokens().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Forgets tokens that the API refuses. */
  forget() {
    sessionStorage.removeItem(TOKENS);
  }

  /** Redirects to the issuer, which leads back to this page. */
  async signIn() {
    const verifier = randomText();
    const state = randomText();
    store(ATTEMPT, { verifier, state, returnTo: location.pathname + location.search });
    const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    leaveFor(this.#endpoints.authorization_endpoint, {
      response_type: "code",
      client_id: this.#config.clientId,
      redirect_uri: sessionPage(),
      scope: this.#config.scopes.join(" "),
      state,
      code_challenge: base64Url(new Uint8Array(challenge)),
      code_challenge_method: "S256",
    });
    // Never resolves, so that nothing goes on while the browser leaves the page.
    await new Promise(() => {});
  }

  /** Trades the code in the address for tokens and returns where the sign-in was begun. */
  async completeSignIn(parameters) {
    const attempt = stored(ATTEMPT);
    sessionStorage.removeItem(ATTEMPT);
    if (!attempt || parameters.get("state") !== attempt.state) {
      throw new Error("This sign-in was started in another window.");
    }
    if ((parameters.get("iss") ?? this.#config.issuer) !== this.#config.issuer) {
      throw new Error("The answer does not come from the configured issuer.");
    }
    if (parameters.has("error")) {
      throw new Error(parameters.get("error_description") ?? parameters.get("error"));
    }
    const isDone = await this.#trade({
      grant_type: "authorization_code",
      code: parameters.get("code"),
      redirect_uri: sessionPage(),
      code_verifier: attempt.verifier,
    });
    if (!isDone) throw new Error("The issuer did not accept the sign-in.");
    return attempt.returnTo;
  }

  /** Forgets the tokens here and at the issuer, then shows the page that says so. */
  async signOut() {
    const tokens = stored(TOKENS);
    this.forget();
    await this.#revoke(tokens?.refreshToken);
    if (!this.#endpoints.end_session_endpoint) {
      location.assign("session.html");
      return;
    }
    leaveFor(this.#endpoints.end_session_endpoint, {
      client_id: this.#config.clientId,
      ...(tokens?.idToken && { id_token_hint: tokens.idToken }),
      post_logout_redirect_uri: sessionPage(),
      // Cognito's name for post_logout_redirect_uri:
      // https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
      logout_uri: sessionPage(),
    });
  }

  async #fetchNewTokens() {
    const refreshToken = stored(TOKENS)?.refreshToken;
    if (!refreshToken) return false;
    return this.#trade({ grant_type: "refresh_token", refresh_token: refreshToken });
  }

  async #trade(grant) {
    const before = stored(TOKENS);
    const tokens = await this.#post(this.#endpoints.token_endpoint, grant);
    if (!tokens) return false;
    // Somebody has signed out meanwhile.
    if (before && !stored(TOKENS)) return false;
    store(TOKENS, {
      accessToken: tokens.access_token,
      idToken: tokens.id_token ?? stored(TOKENS)?.idToken,
      refreshToken: tokens.refresh_token ?? stored(TOKENS)?.refreshToken,
      expiresAt: Date.now() + tokens.expires_in * 1000,
    });
    return true;
  }

  async #revoke(refreshToken) {
    if (!refreshToken || !this.#endpoints.revocation_endpoint) return;
    try {
      await this.#post(this.#endpoints.revocation_endpoint, { token: refreshToken });
    } catch (error) {
      // The token is forgotten here in any case, and it expires.
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  /** The issuer's answer to a request for tokens; undefined if it refuses. */
  async #post(url, fields) {
    const body = new URLSearchParams({ ...fields, client_id: this.#config.clientId });
    try {
      const answer = await fetch(url, { method: "POST", body, signal: deadline() });
      if (answer.status >= 500) throw new Unreachable();
      return answer.ok ? JSON.parse((await answer.text()) || "{}") : undefined;
    } catch {
      throw new Unreachable(NO_ISSUER);
    }
  }
}

async function discovered(issuer) {
  const endpoints = await fetchDiscovery(issuer.replace(/\/$/, ""));
  if (endpoints.issuer !== issuer) throw new Error(`The issuer calls itself ${endpoints.issuer}.`);
  return endpoints;
}

async function fetchDiscovery(base) {
  try {
    const signal = deadline();
    const answer = await fetch(`${base}/.well-known/openid-configuration`, { signal });
    if (!answer.ok) throw new Unreachable();
    return await answer.json();
  } catch {
    throw new Unreachable(NO_ISSUER);
  }
}

/** The page that the issuer leads back to, whichever page the sign-in was begun on. */
function sessionPage() {
  return new URL("session.html", document.baseURI).href;
}

function leaveFor(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

function randomText() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64Url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function stored(key) {
  return JSON.parse(sessionStorage.getItem(key));
}

function store(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}
