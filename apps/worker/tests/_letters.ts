import {
  findEmailMessage,
  insertEmailMessage,
  type EmailMessageRow,
  type EmailTemplate,
  type NotificationKind,
  type PhotoRow,
  type UserRow,
} from "@tendril/database";
import { until, type TestEnv } from "@tendril/dev-env";
import { z } from "zod";

import { openCrew, type Crew } from "./_crew.ts";
import { rows } from "./_uploads.ts";

type Inbox = ReturnType<TestEnv["inbox"]["list"]>;

/** Mails under test: people, photos and events as rows, a worker that sends, and the inbox. */
export interface Letters extends Crew {
  person(name: string, more?: Partial<UserRow>): Promise<UserRow>;
  photo(by: UserRow, more?: Partial<PhotoRow>): Promise<PhotoRow>;
  comment(by: UserRow, on: PhotoRow, body: string): Promise<number>;
  follow(who: UserRow, whom: UserRow): Promise<void>;
  like(who: UserRow, what: PhotoRow): Promise<void>;
  notification(to: UserRow, kind: NotificationKind, more?: NewNotification): Promise<number>;
  run(sql: string, values?: Record<string, unknown>): Promise<void>;
  user(id: number): Promise<UserRow>;
  /** Sends a mail to its end; answers what became of it. */
  mail(to: UserRow, template: EmailTemplate, about?: object): Promise<EmailMessageRow>;
  /** Resolves when every job whose time has come by the workers' clock is over. */
  settled(): Promise<void>;
  /** Newest first. */
  mailsTo(person: UserRow): Inbox;
  raw(id: string): string;
}

export type NewNotification = {
  actor?: UserRow;
  photo?: PhotoRow;
  commentId?: number;
  count?: number;
};

let made = 0;

/** Sequelize would leave the milliseconds out. */
const exact = (at: Date) => at.toISOString().replace("T", " ").replace("Z", "");

export async function openLetters(): Promise<Letters> {
  await using stack = new AsyncDisposableStack();
  const crew = stack.use(await openCrew());
  const { db, env, clock } = crew;
  const { users, photos } = db.tables;
  const run: Letters["run"] = async (sql, values = {}) => {
    const replacements = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value instanceof Date ? exact(value) : value,
      ]),
    );
    await db.sequelize.query(sql, { replacements });
  };
  const lastId = async () => {
    const [row] = await rows(
      db,
      z.object({ id: z.number() }),
      "SELECT MAX(id) AS id FROM notifications",
    );
    return row?.id ?? 0;
  };
  const letters: Omit<Letters, typeof Symbol.asyncDispose> = {
    ...crew,
    run,
    async person(name, more = {}) {
      const username = `${name.toLowerCase()}${++made}`;
      const user = await users.create({
        username,
        email: `${username}@example.com`,
        passwordHash: "none",
        displayName: name,
        emailVerifiedAt: clock.now(),
        createdAt: clock.now(),
        ...more,
      });
      return user.get({ plain: true });
    },
    async photo(by, more = {}) {
      const n = ++made;
      const photo = await photos.create({
        slug: `slug-${n}`,
        userId: by.id,
        status: "ready",
        visibility: "public",
        caption: `Caption ${n}`,
        alt: "",
        credit: "",
        fileName: "a.jpg",
        width: 1_600,
        height: 1_200,
        fileKey: `key-${n}`,
        formToken: `form-${n}`,
        position: 0,
        createdAt: clock.now(),
        publishedAt: clock.now(),
        announcedAt: clock.now(),
        ...more,
      });
      return photo.get({ plain: true });
    },
    async comment(by, on, body) {
      await run(
        `INSERT INTO comments (photo_id, user_id, body, form_token, created_at)
          VALUES (:photo, :user, :body, :token, :at)`,
        { photo: on.id, user: by.id, body, token: `form-${++made}`, at: clock.now() },
      );
      const id = z.object({ id: z.number() });
      const [row] = await rows(db, id, "SELECT MAX(id) AS id FROM comments");
      return row?.id ?? 0;
    },
    follow: (who, whom) =>
      run(
        "INSERT INTO follows (follower_id, followee_id, created_at) VALUES (:who, :whom, NOW(3))",
        { who: who.id, whom: whom.id },
      ),
    like: (who, what) =>
      run("INSERT INTO likes (photo_id, user_id, created_at) VALUES (:what, :who, NOW(3))", {
        who: who.id,
        what: what.id,
      }),
    async notification(to, kind, { actor, photo, commentId, count = 1 } = {}) {
      await run(
        `INSERT INTO notifications (user_id, kind, group_key, actor_id, photo_id, comment_id, count, first_at, last_at)
          VALUES (:to, :kind, :key, :actor, :photo, :comment, :count, :from, :until)`,
        {
          to: to.id,
          kind,
          key: `${kind}:${++made}`,
          actor: actor?.id ?? null,
          photo: photo?.id ?? null,
          comment: commentId ?? null,
          count,
          from: new Date(clock.now().getTime() - 3_600_000),
          until: clock.now(),
        },
      );
      return lastId();
    },
    async user(id) {
      const user = await users.findByPk(id, { rejectOnEmpty: true });
      return user.get({ plain: true });
    },
    async mail(to, template, about) {
      const emailId = await insertEmailMessage(db, {
        event: `test:${++made}`,
        recipient: to.email,
        userId: to.id,
        template,
        about: about ? JSON.stringify(about) : null,
      });
      const [jobId = ""] = await crew.send("send-email", [{ emailId: emailId ?? 0 }]);
      await letters.settled();
      const job = await crew.row(jobId);
      if (job.lastError !== null) throw new Error(`The mail was not sent: ${job.lastError}`);
      const mail = await findEmailMessage(db, emailId ?? 0);
      if (!mail) throw new Error("The mail is gone");
      return mail;
    },
    async settled() {
      const sql = `SELECT name, state, last_error AS error FROM jobs
        WHERE state IN ('queued', 'running') AND run_at <= :now`;
      const job = z.object({ name: z.string(), state: z.string(), error: z.string().nullable() });
      const left = () => rows(db, job, sql, { now: exact(clock.now()) });
      await until(async () => ((await left()).length === 0 ? true : undefined), {
        timeout: 25_000,
        failure: async () => `Not finished: ${JSON.stringify(await left())}`,
      });
    },
    mailsTo: ({ email }) => env.inbox.list().filter(({ to }) => to.includes(email)),
    raw: (id) => env.space.mailbox.raw(id)?.toString() ?? "",
  };
  const owned = stack.move();
  return { ...letters, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
