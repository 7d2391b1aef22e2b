import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { messageOf } from "@tendril/runtime";
import { z } from "zod";

import { ROOT } from "../apps/places.ts";
import { type Level, levelNumbers, levels } from "../fleet/levels.ts";
import { UserError } from "../user-error.ts";
import { mistakeIn } from "./settings.ts";

export type FleetSettings = {
  level: Level;
  timeLapse: number;
  web: number | undefined;
  workers: number | undefined;
  visitors: number | undefined;
  port: number;
  inboxPort: number;
  pagePort: number;
  dataDir: string;
};

const titles = levelNumbers.map((level) => `    ${level}  ${levels[level].title}`).join("\n");

export const HELP = `npm run fleet [-- --level N] [--time-lapse N] [--web N] [--workers N] [--visitors N]

Runs the fleet on this machine until Ctrl-C: instances of the very bundles that \`eb deploy\` sends, behind a load
balancer, with a page that shows live who serves what. Each start begins anew, with the demo album.
docs/levels.md walks through it.

  --level N        how far from one server to many (6):
${titles}
  --time-lapse N   divides the minutes of scaling, health checks and draining (1)
  --web N          web servers at the start (as the level says)
  --workers N      workers at the start, at level 6 (1)
  --visitors N     requests a second that the fleet makes itself (2 where it scales, else 0)
  --help           this text

  PORT         where the gallery listens (8080)
  INBOX_PORT   where its mail can be read (PORT + 1)
  FLEET_PORT   where the fleet is shown (PORT + 2)
  DATA_DIR     where servers and logs are kept while it runs; removed at the end (.local/fleet)`;

const port = z.coerce.number().int().min(1).max(65_535);
const variables = z.object({
  PORT: port.default(8080),
  INBOX_PORT: port.optional(),
  FLEET_PORT: port.optional(),
  DATA_DIR: z
    .string()
    .min(1)
    .default(join(ROOT, ".local", "fleet")),
});
const count = (largest: number) => z.coerce.number().int().min(1).max(largest);
const options = z.object({
  level: z.coerce.number().pipe(z.literal(levelNumbers)).default(6),
  "time-lapse": z.coerce.number().min(1).max(600).default(1),
  web: count(6).optional(),
  workers: count(4).optional(),
  visitors: z.coerce.number().min(0).max(200).optional(),
});
const allowed: Readonly<Record<string, string>> = {
  level: "must be 0 to 6",
  "time-lapse": "must be 1 to 600",
  web: "must be 1 to 6",
  workers: "must be 1 to 4",
  visitors: "must be 0 to 200",
};

export function readFleetSettings(
  args: string[],
  environment: NodeJS.ProcessEnv,
): FleetSettings | "help" {
  const given = parse(args);
  if (given.help) return "help";
  const read = options.safeParse(given);
  if (!read.success)
    throw new UserError(
      named(read.error, (name) => `--${name} ${allowed[name]}: see npm run fleet -- --help`),
    );
  const places = variables.safeParse(environment);
  if (!places.success) throw new UserError(named(places.error, mistakeIn));
  const { level, web, workers, visitors, "time-lapse": timeLapse } = read.data;
  if (level === 0 && web !== undefined && web > 1)
    throw new UserError("Level 0 is one server; --level 1 has two of them");
  if (workers !== undefined && levels[level].workers === null)
    throw new UserError(`--workers is for level 6: at level ${level} each server has its own`);
  const { PORT, INBOX_PORT, FLEET_PORT, DATA_DIR } = places.data;
  return {
    level,
    timeLapse,
    web,
    workers,
    visitors,
    port: PORT,
    inboxPort: INBOX_PORT ?? PORT + 1,
    pagePort: FLEET_PORT ?? PORT + 2,
    dataDir: resolve(ROOT, DATA_DIR),
  };
}

function parse(args: string[]) {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      args,
      options: {
        level: text,
        "time-lapse": text,
        web: text,
        workers: text,
        visitors: text,
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${messageOf(error)} (npm run fleet -- --help says what there is)`);
  }
}

function named({ issues }: z.ZodError, sentence: (name: string) => string): string {
  return issues.map(({ path }) => sentence(path.join("."))).join("; ");
}
