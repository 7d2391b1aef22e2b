import { SESClient } from "@aws-sdk/client-ses";
import { ChangeMessageVisibilityBatchCommand } from "@aws-sdk/client-sqs";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";

import { openCrew, watchSqs, type Crew } from "./_crew.ts";
import { rows } from "./_uploads.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
  await crew.env.web.start();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const job = z.object({ state: z.string(), attempts: z.number(), claims: z.number() });
const mailJobs = () =>
  rows(crew.db, job, "SELECT state, attempts, claims FROM jobs WHERE queue = 'mail' ORDER BY id");

/** Moves the clock, until the relay has sent what is due, and another queue has done it. */
async function pass(ms: number): Promise<void> {
  const runAt = new Date(crew.clock.now().getTime() + ms);
  const files = [{ slug: "s", fileKey: "k", original: false }];
  const [other = ""] = await crew.send("delete-photo-files", files, runAt);
  crew.later(ms);
  await expect.poll(() => crew.row(other)).toMatchObject({ state: "done" });
}

test(
  "while SES is away its queue rests at no charge, and others go on; then every mail is sent",
  { timeout: 90_000 },
  async () => {
    using sqs = watchSqs();
    const ses = vi.spyOn(SESClient.prototype, "send");
    const handlers = { "delete-photo-files": { run: async () => ({ state: "done" as const }) } };
    await using _worker = await crew.worker({ handlers });
    await crew.env.stop("ses");
    await crew.env.client().signUp("ida");
    const tried = { state: "queued", attempts: 0, claims: 1 };
    await expect.poll(mailJobs).toEqual([tried]);

    // What comes in the receive that is under way by now goes back.
    ses.mockClear();
    for (const name of ["oskar", "lena"]) await crew.env.client().signUp(name);
    await expect
      .poll(() =>
        sqs.commands().some((each) => each instanceof ChangeMessageVisibilityBatchCommand),
      )
      .toBe(true);
    const receives = sqs.receives("mail").length;
    for (let quarter = 0; quarter < 4; quarter++) await pass(minutes(15));
    const untried = { ...tried, claims: 0 };
    expect(await mailJobs()).toEqual([tried, untried, untried]);
    expect(sqs.receives("mail")).toHaveLength(receives);
    const asked = new Set(ses.mock.calls.map(([command]) => command.constructor.name));
    expect([...asked]).toEqual(["GetSendQuotaCommand"]);
    ses.mockRestore();

    await crew.env.resume("ses");
    const sent = { state: "done", attempts: 1 };
    await expect.poll(mailJobs, { timeout: 30_000 }).toMatchObject([sent, sent, sent]);
    const to = crew.env.inbox.list().flatMap((mail) => mail.to);
    expect(to.toSorted()).toEqual(["ida", "lena", "oskar"].map((name) => `${name}@example.com`));
  },
);
