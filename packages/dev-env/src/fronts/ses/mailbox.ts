import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Envelope, envelope, type Message, readMessage } from "./message.ts";

/** Everything that was sent, as raw bytes on disk, so that it is there after a restart. */
export type Mailbox = {
  add(sent: Envelope, raw: Buffer): Promise<Message>;
  /** Newest first. */
  list(): readonly Message[];
  find(id: string): Message | undefined;
  raw(id: string): Buffer | undefined;
};

const isId = (id: string) => /^[\w.@<>-]{1,200}$/.test(id) && !id.includes("..");

export async function openMailbox(folder: string): Promise<Mailbox> {
  mkdirSync(folder, { recursive: true });
  const path = (id: string, ending: "eml" | "json") =>
    join(folder, `${encodeURIComponent(id)}.${ending}`);
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => envelope.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
  const messages = await Promise.all(
    kept.map((sent) => readMessage(sent, readFileSync(path(sent.id, "eml")))),
  );
  messages.sort((a, b) => a.at.localeCompare(b.at));
  const find = (id: string) => messages.find((message) => message.id === id);
  return {
    async add(sent, raw) {
      if (!isId(sent.id)) throw new Error(`Not an id for a message: ${sent.id}`);
      const message = await readMessage(sent, raw);
      writeFileSync(path(sent.id, "eml"), raw);
      writeFileSync(path(sent.id, "json"), JSON.stringify(sent));
      messages.push(message);
      return message;
    },
    list: () => messages.toReversed(),
    find,
    raw: (id) => (find(id) ? readFileSync(path(id, "eml")) : undefined),
  };
}
