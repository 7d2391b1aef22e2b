import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Database } from "@tendril/database";

import type { Household } from "../process/household.ts";
import type { Servers } from "../servers/servers.ts";
import type { Space } from "../space/space.ts";
import { within } from "../wait.ts";
import { checkBooks, type Difference } from "./books.ts";
import { comeToRest, rest } from "./calm.ts";
import { castEnqueuer, castTier, type Stage } from "./cast.ts";
import type { Courier } from "./courier.ts";
import { readPoints, unplanned } from "./deaths.ts";
import { settleIn, subscribePeople } from "./devices.ts";
import { listDisturbances } from "./disturbances.ts";
import { gatherEvidence } from "./evidence.ts";
import { startFleet } from "./fleet.ts";
import { inflict, type Inflicted } from "./inflict.ts";
import { noteMissedTicks } from "./miss-ticks.ts";
import { passTime } from "./pass-time.ts";
import { fateOfPerson, findReadyPhoto, makePeople } from "./people.ts";
import { plan } from "./plan.ts";
import { tell } from "./progress.ts";
import type { ChaosReport } from "./report.ts";
import type { ChaosOptions } from "./run-chaos.ts";
import { sumUp } from "./sum-up.ts";
import { startTicking } from "./ticking.ts";
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
  const fates = new Map(people.map(({ email }, n) => [email, fateOfPerson(n)]));
  const devices = await subscribePeople(db, space, people);
  const environment = {
    ...space.environment,
    LOG_LEVEL: "info",
    TRUSTED_PROXIES: "1",
    SES_MAX_SEND_RATE: String(sendRate),
  };
  const { behaviour } = space.fronts.ses;
  Object.assign(behaviour, { maxSendRate: sendRate, fates });
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
  const inflicted: Inflicted = {
    stops: 0,
    freezes: 0,
    troubles: 0,
    leadersKilled: 0,
    foreign: 0,
  };
  const accepted: Accepted = { signUps: [], resets: [], photos: [], follows: [], words: [] };
  const differences: Difference[] = [];
  await using ticking = startTicking(space, workers, faultMs);
  await using _time = passTime(db);
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
      settleIn: async (username) => devices.push(await settleIn(db, space, username)),
      findPhoto: (n) => findReadyPhoto(db, n),
      signal: ending,
    },
    accepted,
  ).catch((error: unknown) => {
    if (!ending.aborted) differences.push({ kind: "other", what: String(error) });
  });
  await Promise.all([
    inflict({ faults, servers, space, fleet, disturbances, devices, ticking, signal }, inflicted),
    delay(faultMs, undefined, { signal }),
  ]);

  const healed = performance.now();
  say("The faults are over: waiting for rest …");
  writeFileSync(join(folder, "calm"), "");
  const restless = await comeToRest(ground, [
    ["the schedule", () => noteMissedTicks(db, ticking)],
    ["the enqueuers", () => enqueuing],
    ["the visitors", () => visiting],
    ["jobs and messages", () => rest(ground, ending)],
  ]);
  signal.throwIfAborted();
  over.abort();
  await Promise.all([telling, visiting]);
  if (restless !== undefined) {
    const answers = [...asking].map(([who, answer]) => `${who}: ${answer}`).join(", ");
    differences.push({ kind: "stuck", what: `${restless} ${answers}`.trim() });
  }

  const evidence = await gatherEvidence(ground, {
    shifts,
    people,
    fates,
    devices,
    ticking,
    accepted,
    foreign: inflicted.foreign,
    disturbances,
  });
  const books = checkBooks(evidence);
  differences.push(...books.differences, ...unplanned(fleet.deaths));
  const now = performance.now();
  return sumUp({
    seed,
    evidence,
    tally: books.tally,
    differences,
    inflicted,
    deaths: fleet.deaths,
    points: readPoints(folder),
    repeatedMessages: courier.repeated,
    seconds: {
      load: Math.round((healed - began) / 1_000),
      rest: Math.round((now - healed) / 1_000),
    },
  });
}
