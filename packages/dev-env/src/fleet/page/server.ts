import type { IncomingMessage, ServerResponse } from "node:http";

import { type Clock, repeat, seconds } from "@tendril/runtime";

import { openHttpFront } from "../../fronts/front.ts";
import { readBody } from "../../fronts/proxy.ts";
import { oneLine } from "../../user-error.ts";
import type { Fleet } from "../fleet.ts";
import type { Scaler } from "../scaling/scaler.ts";
import { thresholdsOf } from "../scaling/thresholds.ts";
import { act, RefusedError } from "./actions.ts";
import { readAsset } from "./assets.ts";
import { isOurForm, isOurHost, securityHeaders } from "./guard.ts";
import type { Html } from "./html.ts";
import { keepLatencyHistory } from "./latency-history.ts";
import { openLive } from "./live.ts";
import { createNarrator } from "./narration/narrator.ts";
import { dependencies, facts } from "./views/ground.ts";
import { webInstances, workerInstances } from "./views/instances.ts";
import { latencyChart } from "./views/latency.ts";
import { head, page, troublePage } from "./views/page.ts";
import type { Region } from "./views/parts.ts";
import { queues } from "./views/queues.ts";
import { roll } from "./views/roll.ts";
import { decisions, story } from "./views/side.ts";

export type FleetPageOptions = {
  fleet: Fleet;
  /** Of the web tier, where it scales. */
  scaler?: Pick<Scaler, "rule" | "state" | "quietUntil"> | undefined;
  port?: number;
  clock: Clock;
};

/** The live page of a fleet, on this machine alone. */
export interface FleetPage extends AsyncDisposable {
  readonly url: string;
}

const refreshMs = 500;

export async function openFleetPage(options: FleetPageOptions): Promise<FleetPage> {
  const { fleet, scaler, clock } = options;
  const thresholds = scaler ? thresholdsOf(scaler.rule) : [];
  const isPatient = () =>
    scaler !== undefined && (scaler.state.changing ?? scaler.quietUntil()) !== undefined;
  const narrator = createNarrator(await fleet.snapshot(), thresholds, isPatient);
  const periodMs = seconds(scaler?.rule.periodSeconds ?? 60) / fleet.timeLapse;
  const latency = keepLatencyHistory(periodMs);
  const live = openLive();

  await using stack = new AsyncDisposableStack();
  stack.use(
    fleet.on((event) => {
      narrator.hear(event);
      latency.hear(event);
      if (event.kind === "served") live.tellServed(event.served);
    }),
  );
  const look = async (): Promise<Region[]> => {
    const snapshot = await fleet.snapshot();
    narrator.look(snapshot);
    const now = clock.now();
    return [
      head(snapshot),
      webInstances(snapshot),
      workerInstances(snapshot),
      roll(snapshot),
      latencyChart(latency.view(now), thresholds, snapshot.decisions, now),
      story(narrator.sentences),
      decisions(snapshot, scaler?.quietUntil()),
      dependencies(snapshot),
      queues(snapshot),
      facts(snapshot),
    ];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (!isOurHost(request.headers, front.port))
      return sendPage(response, 421, troublePage("Another host", "This page is at localhost."));
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "POST") return press(request, response, pathname);
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendPage(
        response,
        405,
        troublePage("Not like this", "Pages are got, buttons posted."),
      );
    if (pathname === "/") {
      const regions = Object.fromEntries((await look()).map((region) => [region.id, region]));
      return sendPage(response, 200, page(regions));
    }
    if (pathname === "/events") return live.add(response);
    const asset = await readAsset(pathname.replace(/^\/assets\//, ""));
    if (!asset) return sendPage(response, 404, troublePage("Nothing here", "There is one page."));
    response.writeHead(200, { "content-type": asset.type, "cache-control": "no-cache" });
    response.end(asset.body);
  };

  const press = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const byScript = request.headers.accept === "application/json";
    const refuse = (status: number, message: string) =>
      byScript
        ? sendJson(response, status, { message })
        : sendPage(response, status, troublePage("That did not work", message));
    if (!isOurForm(request.headers))
      return refuse(403, "This button was pressed on another page. Press it here.");
    try {
      const body = await readBody(request, 1_024);
      await act(fleet, path, new URLSearchParams(body.toString()));
    } catch (error) {
      return refuse(error instanceof RefusedError ? error.status : 500, oneLine(error));
    }
    refresh.now();
    if (byScript) return sendJson(response, 200, {});
    response.writeHead(303, { location: "/" }).end();
  };

  const front = stack.use(await openHttpFront(answer, options.port));
  const refresh = stack.use(
    repeat(async () => void (live.open && live.show(await look())), {
      pauseMs: refreshMs,
      onError: () => {},
    }),
  );
  stack.defer(() => live.close());
  const owned = stack.move();
  return {
    url: `http://localhost:${front.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function sendPage(response: ServerResponse, status: number, { markup }: Html): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(markup);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
