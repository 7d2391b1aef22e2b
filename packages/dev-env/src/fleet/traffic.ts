import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

import { minutes } from "@tendril/runtime";

import type { Answered } from "../platform/index.ts";
import type { Served } from "./fleet.ts";

/** What the fleet's own visitors call themselves. */
export const visitorAgent = "tendril-fleet-visitors";

const keptServed = 100;
const keptMeasures = 20_000;

type Measure = { at: number; instance: string; ms: number; failed: boolean };
export type Load = { requests: number; meanMs: number | null; errors: number };

export interface Traffic {
  /** Newest first. */
  readonly served: readonly Served[];
  /** Of the last minute. */
  of(instance: string): Load;
  note(answered: Answered): Promise<void>;
}

type Options = {
  timeLapse: number;
  instanceAt: (target: string | null) => string | null;
  /** Whether the sessions that this instance reads have that one. */
  knows: (instance: string, session: string) => Promise<boolean>;
  onServed: (served: Served) => void;
};

/** What the balancer's log tells: who served what, and how long it took. */
export function watchTraffic({ timeLapse, instanceAt, knows, onServed }: Options): Traffic {
  const served: Served[] = [];
  const measures: Measure[] = [];
  const forget = () => {
    const oldest = Date.now() - minutes(1) / timeLapse;
    const fresh = measures.findIndex(({ at }) => at >= oldest);
    measures.splice(
      0,
      Math.max(fresh === -1 ? measures.length : fresh, measures.length - keptMeasures),
    );
  };
  return {
    served,
    of(instance) {
      forget();
      const own = measures.filter((measure) => measure.instance === instance);
      const total = own.reduce((sum, { ms }) => sum + ms, 0);
      return {
        requests: own.length,
        meanMs: own.length === 0 ? null : Math.round(total / own.length),
        errors: own.filter(({ failed }) => failed).length,
      };
    },
    async note({ target, request, status, headers, ms }) {
      const instance = instanceAt(target);
      if (instance !== null) measures.push({ at: Date.now(), instance, ms, failed: status >= 500 });
      forget();
      const entry: Served = {
        at: new Date(),
        instance,
        method: request.method ?? "",
        path: request.url?.split("?", 1)[0] ?? "",
        status,
        ms: Math.round(ms),
        from: galleryFrom(headers),
        by: callerOf(request.headers["user-agent"]),
        session: null,
      };
      const id = sessionOf(request);
      if (id !== undefined && instance !== null) {
        const known = await knows(instance, id).catch(() => false);
        entry.session = { tag: createHash("sha256").update(id).digest("hex").slice(0, 6), known };
      }
      served.unshift(entry);
      served.length = Math.min(served.length, keptServed);
      onServed(entry);
    },
  };
}

function callerOf(agent = ""): Served["by"] {
  if (agent === visitorAgent) return "visitors";
  return agent.startsWith("Mozilla/") ? "browser" : "program";
}

function galleryFrom(headers: IncomingHttpHeaders): Served["from"] {
  const timing = String(headers["server-timing"] ?? "");
  const [, from] = /gallery;desc="(cache|database)"/.exec(timing) ?? [];
  return from === "cache" || from === "database" ? from : null;
}

/** The id in the signed cookie of a browser that signed in. */
function sessionOf({ headers }: IncomingMessage): string | undefined {
  return /(?:^|;\s*)tendril=s(?:%3A|:)([\w-]+)\./.exec(headers.cookie ?? "")?.[1];
}
