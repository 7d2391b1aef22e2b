import type { IncomingMessage } from "node:http";

import { SignInRequiredError, UnavailableError } from "@tendril/runtime";
import { unsign } from "cookie-signature";
import type { Request, RequestHandler, Response } from "express";
import session from "express-session";

import type { WebContext } from "../context.ts";
import { nameOfBrowser } from "./browser-name.ts";
import { readCookie } from "./cookies.ts";
import { flash } from "./flash.ts";
import { absoluteMs, SessionStore, type SessionReading } from "./session-store.ts";

/** Who looks at the page. Kept in the session, so that a page costs no query for it. */
export type SignedIn = {
  id: number;
  username: string;
  displayName: string;
  role: "member" | "operator";
  emailVerified: boolean;
};

export type ListedSession = { browser: string; startedAt: Date; isThisOne: boolean };

declare module "express-session" {
  interface SessionData {
    viewer: SignedIn;
    startedAt: number;
    browser: string;
  }
}

declare module "node:http" {
  interface IncomingMessage {
    /** Where the session was asked for before Express was. */
    sessionReading?: SessionReading;
  }
}

declare global {
  namespace Express {
    interface Request {
      viewer: SignedIn | null;
      /** The browser holds a session, and Redis cannot be asked for it. */
      sessionAway: boolean;
      sessions: {
        /** `away` is said when Redis cannot be asked, instead of a word about signing in alone. */
        start(viewer: SignedIn, away?: string): Promise<void>;
        update(viewer: SignedIn): void;
        end(): Promise<void>;
        endAll(userId: number): Promise<void>;
        /** The viewer's, newest first. */
        list(): Promise<ListedSession[]>;
        /** Signs the viewer out everywhere but here. */
        endOthers(): Promise<void>;
      };
    }
  }
}

const cookieName = ({ secure }: { secure: boolean }) => (secure ? "__Host-tendril" : "tendril");

/** Whether anything is to be looked up at all. */
export const hasSessionCookie = (config: { secure: boolean }, req: IncomingMessage): boolean =>
  readCookie(req, cookieName(config)) !== undefined;

/**
 * Asks Redis for the session of this request, whoever answers it in the end: `sessions` asks no second time.
 * Undefined when the cookie is none that we have signed.
 */
export function sessionReader({ config, redis }: WebContext) {
  const name = cookieName(config);
  const store = new SessionStore(redis);
  return (req: IncomingMessage): SessionReading["session"] | undefined => {
    const id = sessionIdIn(readCookie(req, name) ?? "", config.sessionSecrets);
    if (id === undefined) return undefined;
    const session = store.read(id);
    req.sessionReading = { id, session };
    return session;
  };
}

/** As express-session writes it into its cookie; all of that is ASCII. */
function sessionIdIn(cookie: string, secrets: readonly string[]): string | undefined {
  if (!cookie.startsWith("s%3A")) return undefined;
  const signed = cookie.slice(4).replaceAll("%2F", "/").replaceAll("%2B", "+");
  for (const secret of secrets) {
    const id = unsign(signed, secret);
    if (id !== false) return id;
  }
  return undefined;
}

/** A session exists only for people who signed in: without the cookie there is no I/O. */
export function sessions({ config, redis, logger, suspensions }: WebContext): RequestHandler {
  const name = cookieName(config);
  const store = new SessionStore(redis);
  const load = session({
    name,
    store,
    secret: config.sessionSecrets,
    resave: false,
    saveUninitialized: false,
    unset: "destroy",
    cookie: {
      httpOnly: true,
      sameSite: "lax",
      secure: config.secure,
      path: "/",
      maxAge: absoluteMs,
    },
  });
  const loadInto = (req: Request, res: Response) =>
    new Promise<void>((resolve, reject) =>
      store.handOver(req.sessionReading, () => {
        load(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
      }),
    );

  return async (req, res, next) => {
    req.viewer = null;
    req.sessionAway = false;
    req.sessions = {
      async start(viewer, away = "Signing in is not possible right now. Try again in a moment.") {
        try {
          if (!req.session) await loadInto(req, res);
          // A new id: one that was known before the sign-in must be worth nothing after it.
          await called((done) => req.session.regenerate(done));
          req.session.viewer = viewer;
          req.session.startedAt = Date.now();
          req.session.browser = nameOfBrowser(req);
          store.admit(req.session.id, viewer.id);
          await called((done) => req.session.save(done));
        } catch (error) {
          // Else its cookie would go out, in place of one that is still worth something.
          Reflect.deleteProperty(req, "session");
          throw new UnavailableError("redis", away, { cause: error });
        }
        req.viewer = viewer;
      },
      update(viewer) {
        if (!req.viewer) return;
        req.session.viewer = viewer;
        req.viewer = viewer;
      },
      async end() {
        if (req.sessionAway)
          throw new UnavailableError(
            "redis",
            "Signing out is not possible right now. Try again in a moment.",
          );
        if (req.session) await called((done) => req.session.destroy(done));
        res.clearCookie(name, {
          path: "/",
          secure: config.secure,
          httpOnly: true,
          sameSite: "lax",
        });
        req.viewer = null;
      },
      endAll: (userId) => orAway(store.endAll(userId)),
      async endOthers() {
        if (req.viewer) await orAway(store.endOthers(req.viewer.id, req.session.id));
      },
      async list() {
        if (!req.viewer) return [];
        const all = await orAway(store.list(req.viewer.id));
        return all
          .map(({ id, session }) => ({
            browser: session.browser ?? "A browser",
            startedAt: new Date(session.startedAt ?? 0),
            isThisOne: id === req.session.id,
          }))
          .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
      },
    };

    if (hasSessionCookie(config, req)) {
      try {
        await loadInto(req, res);
        req.viewer = req.session.viewer ?? null;
        if (req.viewer && suspensions.has(req.viewer.id)) {
          await store.endAll(req.viewer.id);
          await req.sessions.end();
          flash(res, "account-suspended");
        }
      } catch (error) {
        logger.warn({ err: error }, "the session cannot be read; shown as a visitor");
        req.sessionAway = true;
      }
    }
    next();
  };
}

async function orAway<Result>(asking: Promise<Result>): Promise<Result> {
  try {
    return await asking;
  } catch (error) {
    throw new UnavailableError(
      "redis",
      "Sessions cannot be looked up or ended right now, so nothing was changed. Try again in a moment.",
      { cause: error },
    );
  }
}

function called(call: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}

/** For routes that need a person; `back` is where they go on after signing in. Cookies are kept while sessions cannot be read. */
export function signedIn(req: Request, back?: string): SignedIn {
  if (req.viewer) return req.viewer;
  if (req.sessionAway)
    throw new UnavailableError(
      "redis",
      "This needs you to be signed in, and sign-in is away for a moment.",
    );
  throw new SignInRequiredError(back);
}
