import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Database } from "@tendril/database";

import type { Household } from "../process/household.ts";
import type { Servers } from "../servers/servers.ts";
import type { Space } from "../space/space.ts";
import { within } from "../wait.ts";
import { checkBooks, type Difference } from "./books.ts";
import { rest } from "./calm.ts";
import { castEnqueuer, castTier, type Stage } from "./cast.ts";
import type { Courier } from "./courier.ts";
import { countBy, readPoints, unplanned } from "./deaths.ts";
import { listDisturbances } from "./disturbances.ts";
import { gatherEvidence } from "./evidence.ts";
import { startFleet } from "./fleet.ts";
import { inflict, type Inflicted } from "./inflict.ts";
import { makePeople } from "./people.ts";
import { plan } from "./plan.ts";
import { tell } from "./progress.ts";
import type { ChaosReport } from "./report.ts";
import type { ChaosOptions } from "./run-chaos.ts";
import { visit, type Accepted } from "./visitors.ts";

export type Ground = {
  options: ChaosOptions;
  servers: Servers;
  household: Household;
  courier: Courier;
  space: Space;
  db: Database;
  say: (line: string) => void;
  signal: AbortSignal;
};

/** A lease, what the reconciler waits, and a backlog's time on a slow machine. */
const restMs = 300_000;
const startMs = 120_000;
/** At what SES grants at first a long storm's mails would take longer than the storm. */
const sendRate = 200;

export async function storm(ground: Ground): Promise<ChaosReport> {
  const { options, servers, household, courier, space, db, say, signal } = ground;
  const { seed } = options;
  const folder = join(servers.addresses.dataDir, "chaos");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "deaths.jsonl"), "");
  const { faultMs, points, visits, shifts, faults, names } = plan(options);
  const people = await makePeople(db, 40 + Math.round(options.jobs / 50));
  const environment = {
    ...space.environment,
    LOG_LEVEL: "info",
    TRUSTED_PROXIES: "1",
    SES_MAX_SEND_RATE: String(sendRate),
  };
  space.fronts.ses.behaviour.maxSendRate = sendRate;
  const stage: Stage = { environment, household, folder, seed, points };

  const webs = await Promise.all(names.webs.map((name) => castTier(stage, "web", name)));
  const workers = await Promise.all(names.workers.map((name) => castTier(stage, "worker", name)));
  const disturbances = listDisturbances();
  await using fleet = startFleet([...webs, ...workers], ({ name }) =>
    disturbances.add(`${name} died`).end(),
  );
  if (!(await within(fleet.ready, startMs))) throw new Error("The tiers do not start");
  signal.throwIfAborted();
  const beginAt = Date.now() + 1_000;
  const enqueuing = fleet.work(
    shifts.map((shift) => castEnqueuer(stage, { ...shift, seed, people, beginAt })),
  );
  const inflicted: Inflicted = { stops: 0, freezes: 0, foreign: 0 };
  const accepted: Accepted = { signUps: [], resets: [], photos: [] };
  const differences: Difference[] = [];
  const began = performance.now();
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  const telling = tell(ground, () => ({ deaths: fleet.deaths.length, ...inflicted }), ending);
  const asking = new Map<string, string>();
  const visiting = visit(
    {
      asking,
      urls: webs.map(({ url }) => url),
      seed,
      visits,
      people,
      spreadMs: faultMs * 0.8,
      signal: ending,
    },
    accepted,
  ).catch((error: unknown) => {
    if (!ending.aborted) differences.push({ kind: "other", what: String(error) });
  });
  await Promise.all([
    inflict({ faults, servers, space, fleet, disturbances, signal }, inflicted),
    delay(faultMs, undefined, { signal }),
  ]);

  const healed = performance.now();
  say("The faults are over: waiting for rest …");
  writeFileSync(join(folder, "calm"), "");
  let waitingFor = "the enqueuers";
  const rested = await within(
    enqueuing
      .then(() => (waitingFor = "the visitors"))
      .then(() => visiting)
      .then(() => (waitingFor = "jobs and messages"))
      .then(() => rest(ground, ending))
      .catch(() => undefined),
    restMs,
  );
  signal.throwIfAborted();
  over.abort();
  await Promise.all([telling, visiting]);
  if (!rested) {
    const answers = [...asking].map(([who, answer]) => `${who}: ${answer}`).join(", ");
    const what = `no rest within ${restMs / 1_000} s, for ${waitingFor} ${answers}`;
    differences.push({ kind: "stuck", what: what.trim() });
  }

  const evidence = await gatherEvidence(ground, {
    shifts,
    people: people.length,
    accepted,
    foreign: inflicted.foreign,
    disturbances,
  });
  const books = checkBooks(evidence);
  differences.push(...books.differences, ...unplanned(fleet.deaths));
  const count = (kind: Difference["kind"]) =>
    differences.filter((each) => each.kind === kind).length;
  return {
    seed,
    jobs: evidence.jobs.length,
    photos: evidence.photos.length,
    mails: evidence.mails.length,
    kills: {
      ...readPoints(folder),
      "at random": fleet.deaths.filter(({ how }) => how === "killed").length,
    },
    killed: countBy(fleet.deaths.map(({ name }) => name.replace(/-\d+$/, ""))),
    stops: inflicted.stops,
    freezes: inflicted.freezes,
    repeatedMessages: courier.repeated,
    lost: count("lost"),
    doubled: count("doubled"),
    stuck: count("stuck"),
    letters: evidence.letters.length,
    tally: books.tally,
    seconds: {
      load: Math.round((healed - began) / 1_000),
      rest: Math.round((performance.now() - healed) / 1_000),
    },
    differences,
  };
}
