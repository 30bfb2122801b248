// Who may come in: requests to this machine by name, from our own page or from no page, with the token. Said before anything
// else is looked at, for websockets as well.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export type Verdict =
  | {
      readonly welcome: true /** By the address in the browser's bar: from now on the cookie will do. */;
      readonly byQuery: boolean;
    }
  | { readonly welcome: false; readonly status: number; readonly reason: string };

const hosts = new Set(["127.0.0.1", "localhost"]);

export function newToken(): string {
  return randomBytes(24).toString("hex");
}

export class Gate {
  readonly token: string;
  /** Cookies know no ports: servers on several need several names. */
  #cookieName = "";
  readonly #cookie: string;
  readonly #secret = randomBytes(32);

  constructor(token: string) {
    this.token = token;
    // Not the token itself: cookies are sent to every port of this host.
    this.#cookie = createHmac("sha256", this.#secret).update(token).digest("hex");
  }

  set port(port: number) {
    this.#cookieName = `weft-${port}`;
  }

  /** For the browser, after a page was loaded with the token. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  check(request: IncomingMessage): Verdict {
    const refuse = (status: number, reason: string): Verdict => ({ welcome: false, status, reason });
    const { headers } = request;
    const host = hostOf(headers.host);
    // A page elsewhere can make its name lead to this machine, but it can't make the browser ask for another name.
    if (host === null || countOf(request, "host") !== 1) return refuse(403, "the Host must be this machine");
    const { origin } = headers;
    if (origin !== undefined && origin !== `http://${headers.host}`) return refuse(403, "the Origin is another page");
    if (!isOurs(request)) return refuse(403, "the request comes from another page");

    const query = queryToken(request.url ?? "");
    if (this.#isToken(headerToken(headers.authorization))) return { welcome: true, byQuery: false };
    if (this.#isToken(query)) return { welcome: true, byQuery: true };
    if (!this.#hasCookie(headers.cookie)) return refuse(403, "the token is missing or wrong");
    // A cookie comes along without anybody's doing: only a browser that names its own page may change things with it.
    const safe = (request.method === "GET" || request.method === "HEAD") && headers.upgrade === undefined;
    if (!safe && origin === undefined) return refuse(403, "the Origin is missing");
    return { welcome: true, byQuery: false };
  }

  #isToken(given: string | null): boolean {
    return given !== null && this.#same(given, this.token);
  }

  #hasCookie(header: string | undefined): boolean {
    const start = `${this.#cookieName}=`;
    return (header ?? "").split(";").some((part) => {
      const text = part.trim();
      return text.startsWith(start) && this.#same(text.slice(start.length), this.#cookie);
    });
  }

  /** Takes as long for a near miss as for any other. */
  #same(given: string, wanted: string): boolean {
    const digest = (text: string): Buffer => createHmac("sha256", this.#secret).update(text).digest();
    return timingSafeEqual(digest(given), digest(wanted));
  }
}

function hostOf(header: string | undefined): string | null {
  const [, host = ""] = /^([^:]+)(?::\d{1,5})?$/.exec(header ?? "") ?? [];
  return hosts.has(host.toLowerCase()) ? host : null;
}

function countOf(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((one, i) => i % 2 === 0 && one.toLowerCase() === name).length;
}

/** As browsers say it: from our page, from the bar or, for a page that is opened, by any link. */
function isOurs({ method, headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return true;
  return method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

function headerToken(header: string | undefined): string | null {
  return /^(?:token|bearer) +(\S+)$/i.exec(header ?? "")?.[1] ?? null;
}

function queryToken(url: string): string | null {
  const at = url.indexOf("?");
  return at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get("token");
}
