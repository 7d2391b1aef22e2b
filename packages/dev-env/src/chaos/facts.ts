import type {
  CommentRow,
  Database,
  DeadLetterRow,
  EmailMessageRow,
  JobRow,
  PhotoRow,
  PushMessageRow,
  UserRow,
} from "@tendril/database";
import { z } from "zod";

import type { Space } from "../space/space.ts";

const pair = z.object({ follower: z.number(), followee: z.number(), at: z.date() });
const like = z.object({ photo: z.number(), user: z.number() });
const notification = z.object({
  id: z.number(),
  user: z.number(),
  kind: z.string(),
  groupKey: z.string(),
  count: z.number(),
  windowFrom: z.date().nullable(),
  telling: z.number(),
});
const tick = z.object({
  task: z.string(),
  scheduledAt: z.date(),
  state: z.enum(["received", "missed", "made-up"]),
  tries: z.number(),
  jobId: z.string().nullable(),
});
const suppression = z.object({ address: z.string(), reason: z.string() });

export type NotificationFact = z.output<typeof notification>;
export type TickFact = z.output<typeof tick>;

/** One mail in SES's own store. */
export type Sending = {
  at: number;
  /** Whether SES's events of it were not lost. */
  told: boolean;
};

/** All there is to know after the storm. */
export type Facts = {
  jobs: JobRow[];
  mails: EmailMessageRow[];
  pushes: PushMessageRow[];
  photos: PhotoRow[];
  users: UserRow[];
  letters: DeadLetterRow[];
  comments: CommentRow[];
  follows: z.output<typeof pair>[];
  likes: z.output<typeof like>[];
  notifications: NotificationFact[];
  ticks: TickFact[];
  suppressions: z.output<typeof suppression>[];
  /** What SES took in, by the mail's id, oldest first. */
  sent: Map<number, Sending[]>;
};

export async function gatherFacts(db: Database, { mailbox, fronts }: Space): Promise<Facts> {
  const { tables, options } = db;
  const [jobs, mails, pushes, photos, users, letters, comments] = await Promise.all([
    tables.jobs.findAll(options),
    tables.emailMessages.findAll(options),
    tables.pushMessages.findAll(options),
    tables.photos.findAll(options),
    tables.users.findAll(options),
    tables.deadLetters.findAll(options),
    tables.comments.findAll(options),
  ]);
  const read = async <Row>(row: z.ZodType<Row>, sql: string) =>
    z.array(row).parse((await db.sequelize.query(sql))[0]);
  const sent = new Map<number, Sending[]>();
  for (const { id: sesId, tags, at } of mailbox.list().toReversed()) {
    const id = Number(tags["mail"]);
    const sending = { at: Date.parse(at), told: !fronts.ses.untold.has(sesId) };
    sent.set(id, [...(sent.get(id) ?? []), sending]);
  }
  return {
    jobs: jobs.map((row) => row.get({ plain: true })),
    mails: mails.map((row) => row.get({ plain: true })),
    pushes: pushes.map((row) => row.get({ plain: true })),
    photos: photos.map((row) => row.get({ plain: true })),
    users: users.map((row) => row.get({ plain: true })),
    letters: letters.map((row) => row.get({ plain: true })),
    comments: comments.map((row) => row.get({ plain: true })),
    follows: await read(
      pair,
      "SELECT follower_id AS follower, followee_id AS followee, created_at AS at FROM follows",
    ),
    likes: await read(like, "SELECT photo_id AS photo, user_id AS user FROM likes"),
    notifications: await read(
      notification,
      `SELECT id, user_id AS user, kind, group_key AS groupKey, count, window_from AS windowFrom, telling
        FROM notifications`,
    ),
    ticks: await read(
      tick,
      "SELECT task, scheduled_at AS scheduledAt, state, tries, job_id AS jobId FROM schedule_ticks",
    ),
    suppressions: await read(suppression, "SELECT address, reason FROM suppressions"),
    sent,
  };
}
