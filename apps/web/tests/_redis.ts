import { createClient } from "redis";

export type RedisMonitor = {
  /** Names and first arguments of what was asked of this database since it was watched or asked about last. */
  commands(): Promise<string[]>;
  /** How often it was asked that so far. */
  count(command: string): number;
} & AsyncDisposable;

/** Watches what the web tier asks of its own database of the shared Redis. */
export async function watchRedis(url: string): Promise<RedisMonitor> {
  const number = new URL(url).pathname.slice(1);
  const line = new RegExp(`^\\S+ \\[${number} [^\\]]*\\] "([^"]+)"(?: "([^"]*)")?`);
  const [watching, marking] = [createClient({ url }), createClient({ url })];
  const all: string[] = [];
  let from = 0;
  let marker: { text: string; seen: () => void } | undefined;
  await Promise.all([watching.connect(), marking.connect()]);
  await watching.monitor((reply) => {
    const [, name, argument = ""] = line.exec(String(reply)) ?? [];
    if (name === "ECHO" && argument === marker?.text) marker.seen();
    else if (name !== undefined && name !== "PING") all.push(`${name} ${argument}`.trim());
  });

  return {
    async commands() {
      const seen = new Promise<void>((resolve) => {
        marker = { text: `until here ${all.length}`, seen: resolve };
      });
      await marking.echo(`until here ${all.length}`);
      await seen;
      const since = all.slice(from);
      from = all.length;
      return since;
    },
    count: (command) => all.filter((each) => each.startsWith(command)).length,
    async [Symbol.asyncDispose]() {
      watching.destroy();
      marking.destroy();
    },
  };
}
