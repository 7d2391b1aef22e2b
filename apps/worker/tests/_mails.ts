import { randomUUID } from "node:crypto";

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  findEmailMessage,
  insertUser,
  transaction,
  type EmailMessageRow,
  type EmailTemplate,
} from "@tendril/database";
import { until, type Space } from "@tendril/dev-env";
import { createOutbox, mailEvents, postMail, queueDepth } from "@tendril/jobs";

import { readConfig } from "../src/config.ts";
import { createEngine, type Engine } from "../src/engine.ts";
import { createEventReader } from "../src/mail/events/reader.ts";
import { openCrew, type Crew } from "./_crew.ts";

export type Person = { id: number; email: string };

/** A crew with what mails need: people, mails without jobs, events and the quiet clock. */
export interface MailCrew extends Crew {
  /** A worker's parts without its loops: for doing one step at a time. */
  readonly engine: Engine;
  readonly ses: Space["fronts"]["ses"];
  person(email?: string): Promise<Person>;
  /** A mail as the tiers post it, with its job; answers its id. */
  post(person: Person, template: EmailTemplate): Promise<number>;
  /** A mail without a job, as it may stand there. */
  write(
    person: Person,
    template: EmailTemplate,
    changes?: Partial<EmailMessageRow>,
  ): Promise<number>;
  mail(id: number): Promise<EmailMessageRow>;
  sentTo(address: string): ReturnType<Space["mailbox"]["list"]>;
  /** Puts a message into the queue of SES's events. */
  tell(body: unknown): Promise<void>;
  /** Events that nobody has noted yet, in hand or not. */
  untold(): Promise<number>;
  /** Has everything noted that lies there. */
  readEvents(): Promise<void>;
  /** Moves the quiet clock on. */
  quiet(ms: number): Promise<void>;
}

export async function openMailCrew(): Promise<MailCrew> {
  await using stack = new AsyncDisposableStack();
  const crew = stack.use(await openCrew());
  const { db, env, queues, clock } = crew;
  const config = readConfig({ ...env.environment, INSTANCE_ID: "worker-0" });
  const engine = await createEngine(config, stack, { clock });
  let people = 0;
  const mail = async (id: number) => {
    const row = await findEmailMessage(db, id);
    if (!row) throw new Error(`There is no mail ${id}`);
    return row;
  };
  const untold = async () => {
    const { visible, inFlight } = await queueDepth(queues, mailEvents);
    return visible + inFlight;
  };
  const owned = stack.move();
  return {
    ...crew,
    engine,
    ses: env.space.fronts.ses,
    async person(email) {
      const username = `person-${++people}`;
      const user = { username, email: email ?? `${username}@example.com`, displayName: username };
      const made = await insertUser(db, { ...user, passwordHash: "-" });
      if ("taken" in made) throw new Error(`${made.taken} is taken`);
      return { id: made.id, email: user.email };
    },
    async post({ id, email }, template) {
      const event = randomUUID();
      const outbox = createOutbox(engine.dispatcher, clock);
      const mail = { userId: id, recipient: email, template, event, trace: "test" };
      await transaction(db, (tx) => postMail(outbox, tx, mail));
      const row = await db.tables.emailMessages.findOne({ where: { event } });
      return row?.get().id ?? 0;
    },
    async write({ id, email }, template, changes = {}) {
      const row = await db.tables.emailMessages.create({
        event: randomUUID(),
        recipient: email,
        userId: id,
        template,
        ...changes,
      });
      return row.get().id;
    },
    mail,
    sentTo: (address) => env.space.mailbox.list().filter(({ to }) => to.includes(address)),
    async tell(body) {
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      const QueueUrl = await queues.url(mailEvents);
      await queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    untold,
    async readEvents() {
      const { signal } = new AbortController();
      const readSome = async () => {
        await using reader = createEventReader(engine);
        await reader.look(signal, 0);
      };
      await until(() => readSome().then(async () => ((await untold()) === 0 ? true : undefined)), {
        timeout: 40_000,
        failure: () => "Events are left in their queue",
      });
    },
    async quiet(ms) {
      const sql = "UPDATE quiet_clock SET quiet_ms = quiet_ms + :ms";
      await db.sequelize.query(sql, { replacements: { ms } });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type About = { id: number; recipient: string; generation?: number };

/** An event as SES words it, without the parts that nobody reads. */
export function eventOf(
  eventType: string,
  { id, recipient, generation = 0 }: About,
  { at = new Date(), ...parts }: Record<string, unknown> & { at?: Date } = {},
) {
  const timestamp = at.toISOString();
  const named = [{ emailAddress: recipient }];
  const part = {
    Send: { send: {} },
    Delivery: { delivery: { timestamp, recipients: [recipient] } },
    DeliveryDelay: { deliveryDelay: { timestamp, delayType: "MailboxFull" } },
    Bounce: { bounce: { timestamp, bounceType: "Permanent", bouncedRecipients: named } },
    "Soft bounce": { bounce: { timestamp, bounceType: "Transient", bouncedRecipients: named } },
    Complaint: { complaint: { timestamp, complainedRecipients: named } },
    Reject: { reject: { reason: "Bad content" } },
  }[eventType];
  return {
    eventType: eventType === "Soft bounce" ? "Bounce" : eventType,
    mail: {
      timestamp,
      messageId: `ses-${id}-${generation}`,
      destination: [recipient],
      tags: {
        mail: [String(id)],
        generation: [String(generation)],
        "ses:operation": ["SendRawEmail"],
      },
    },
    ...part,
    ...parts,
  };
}
