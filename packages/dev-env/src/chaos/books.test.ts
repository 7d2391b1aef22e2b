import type { EmailMessageRow, JobRow, PushMessageRow } from "@tendril/database";
import { expect, test } from "vitest";

import { checkBooks, type Evidence } from "./books.ts";
import { listDisturbances } from "./disturbances.ts";

const at = new Date("2026-11-20T12:00:00Z");
const soon = new Date("2026-11-20T12:00:01Z");

const nothing: Evidence = {
  jobs: [],
  mails: [],
  pushes: [],
  photos: [],
  users: [],
  letters: [],
  comments: [],
  follows: [],
  likes: [],
  notifications: [],
  ticks: [],
  suppressions: [],
  sent: new Map(),
  orders: [],
  accepted: { signUps: [], resets: [], photos: [], follows: [], words: [] },
  stored: new Set(),
  waiting: new Map(),
  foreign: 0,
  people: [],
  fates: new Map(),
  devices: [],
  ticking: { from: at, to: at, realTimeOf: Number },
  disturbances: listDisturbances(),
};

const job = (name: string, payload: object): JobRow => ({
  id: JSON.stringify({ name, payload }),
  generation: 0,
  name,
  version: 1,
  queue: "tasks",
  payload: JSON.stringify(payload),
  fairnessGroup: "user-1",
  dedupeKey: null,
  runAt: at,
  dispatchedAt: at,
  state: "done",
  attempts: 1,
  claims: 1,
  crashed: false,
  worker: null,
  workerRelease: null,
  startedAt: null,
  leaseUntil: null,
  relayAfter: null,
  history: "[]",
  lastError: null,
  requestedBy: null,
  trace: "test",
  parentId: null,
  createdAt: at,
  finishedAt: soon,
});

const mail = (template: EmailMessageRow["template"], changes: Partial<EmailMessageRow> = {}) => ({
  mails: [
    {
      id: 1,
      event: "test",
      recipient: "ida@example.com",
      userId: 1,
      template,
      about: null,
      status: "sent" as const,
      generation: 0,
      sesMessageId: null,
      error: null,
      createdAt: at,
      sentAt: at,
      unknownAtQuietMs: null,
      delivery: null,
      deliveryAt: null,
      ...changes,
    },
  ],
  jobs: [
    job("send-email", { emailId: 1 }),
    ...(changes.generation ? [job("send-email", { emailId: 1 })] : []),
  ],
});
const inSes = (...told: boolean[]) => ({
  sent: new Map([[1, told.map((each) => ({ at: 1, told: each }))]]),
});

const push = (status: PushMessageRow["status"], received: number) => ({
  pushes: [
    {
      id: 1,
      event: "notification:1:1",
      subscriptionId: 1,
      userId: 1,
      notificationId: 1,
      status,
      error: null,
      createdAt: at,
      sendingAt: at,
      endedAt: at,
    },
  ],
  jobs: [job("send-push", { pushId: 1 }), job("notify-person", like)],
  likes: [{ photo: 1, user: 2 }],
  photos: [],
  devices: [
    {
      subscriptionId: 1,
      userId: 1,
      expired: false,
      expire() {},
      received: Array.from({ length: received }, () => ({
        at,
        ttl: 1,
        urgency: "normal",
        topic: undefined,
        subject: "",
        text: '{"tag":"notification-1"}',
      })),
    },
  ],
});
const like = { userId: 0, groupKey: "like:1", actorId: 2 };
const notification = (count: number) => ({
  notifications: [
    { id: 1, user: 1, kind: "like", groupKey: "like:1", count, windowFrom: null, telling: 1 },
  ],
});

const differences = (planted: Partial<Evidence>) =>
  checkBooks({ ...nothing, ...planted }).differences.map(({ kind, what }) => `${kind}: ${what}`);

test("nothing is wrong where nothing happened, or all went well", () => {
  expect(differences({})).toEqual([]);
  expect(differences({ ...mail("welcome"), ...inSes(true) })).toEqual([]);
  // Once more, as SES told nothing of the first time.
  const again = { ...mail("verify-email", { generation: 1 }), ...inSes(false, true) };
  expect(differences(again)).toEqual([]);
});

test.each<[string, Partial<Evidence>, RegExp]>([
  ["went out twice", { ...mail("welcome"), ...inSes(false, true) }, /doubled: mail 1.*2 times/],
  ["never went out", mail("welcome"), /lost: mail 1.*not in SES/],
  [
    "is not suppressed for a reason",
    mail("welcome", { status: "suppressed" }),
    /lost: mail 1.*nothing came back/,
  ],
  [
    "is unknown though SES told of it",
    { ...mail("welcome", { status: "unknown" }), ...inSes(true) },
    /other: mail 1.*did not settle it/,
  ],
  [
    "is unknown though nothing happened",
    mail("welcome", { status: "unknown" }),
    /lost: mail 1.*nothing was disturbed/,
  ],
  [
    "is essential and went again though SES told of it",
    { ...mail("reset-password", { generation: 1 }), ...inSes(true, true) },
    /doubled: mail 1.*told of the time before/,
  ],
  ["is essential and was given up", mail("reset-password", { status: "unknown" }), /lost: mail 1/],
  ["has no end", mail("reset-password", { status: "waiting" }), /stuck: mail 1/],
])("a mail that %s is found", (_, planted, found) => {
  expect(differences(planted).join("\n")).toMatch(found);
});

test("a push that came twice, or never, is found", () => {
  const pushed = (status: PushMessageRow["status"], received: number) =>
    differences({ ...notification(1), ...push(status, received) }).join("\n");
  expect(pushed("sent", 2)).toMatch(/doubled: notification 1 in browser 1 came 2 times, not 1/);
  expect(pushed("sent", 0)).toMatch(/lost: notification 1 in browser 1 came 0 times of 1/);
  expect(pushed("unknown", 1)).toMatch(/lost: push 1.*nothing was disturbed/);
});

test("an event that was counted twice, or never, is found", () => {
  const counted = (count: number) => differences({ ...notification(count) }).join("\n");
  expect(counted(1)).toMatch(/doubled: like:1 of person 1: 1 counted of 0/);
  const follows = [{ follower: 2, followee: 1, at }];
  const lost = differences({ follows }).join("\n");
  expect(lost).toMatch(/lost: follow of person 1, by 2: 1 events, 0 jobs/);
  expect(lost).toMatch(/lost: follow of person 1: 0 counted of 1/);
});

test("a tick with two jobs, without its job, or of which nothing is known is found", () => {
  const ticking = { from: new Date(at.getTime() - 600_000), to: at, realTimeOf: Number };
  expect(differences({ ticking }).join("\n")).toMatch(
    /lost: tick sweep-uploads of .* not on record/,
  );

  const sweep = job("sweep-uploads", { scheduledAt: at.toISOString() });
  const tick = { task: "sweep-uploads", scheduledAt: at, tries: 2, jobId: sweep.id };
  const of = (state: "received" | "missed", jobs: JobRow[]) =>
    differences({ ticking, ticks: [{ ...tick, state }], jobs }).join("\n");
  expect(of("received", [sweep, { ...sweep, id: "b" }])).toMatch(
    /doubled: tick sweep-uploads.*2 jobs/,
  );
  expect(of("received", [])).toMatch(/lost: tick sweep-uploads.*not the job/);
  expect(of("missed", [])).toMatch(/lost: tick sweep-uploads.*missed though nothing was disturbed/);
  expect(of("received", [sweep])).not.toMatch(/tick sweep-uploads/);
});
