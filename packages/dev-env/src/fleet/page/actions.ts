import { dependencies } from "@tendril/runtime";
import { z } from "zod";

import type { Fleet, FleetSnapshot } from "../fleet.ts";
import { maxLatencySeconds } from "./views/instances.ts";

/** What a button asked for cannot be: the message is for people. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const dependency = z.enum(dependencies);
const latency = z.object({ seconds: z.coerce.number().min(0).max(maxLatencySeconds) });
const visitors = z.object({ perSecond: z.coerce.number().min(0).max(50) });

/** Does what a button says. */
export async function act(fleet: Fleet, path: string, fields: URLSearchParams): Promise<void> {
  const [, thing, name = "", verb] = path.split("/");
  const given = Object.fromEntries(fields);
  if (thing === "visitors" && verb === undefined)
    return fleet.setVisitors(parsed(visitors, given).perSecond);
  if (thing === "dependencies" && (verb === "break" || verb === "mend")) {
    const { data } = dependency.safeParse(name);
    if (data === undefined) throw new RefusedError(404, `The fleet does not stand on ${name}.`);
    return verb === "break" ? fleet.breakDependency(data) : fleet.mendDependency(data);
  }
  if (thing === "instances" && (verb === "kill" || verb === "latency")) {
    demandInstance(await fleet.snapshot(), name);
    if (verb === "kill") return fleet.kill(name);
    return fleet.setLatency(name, parsed(latency, given).seconds * 1_000);
  }
  throw new RefusedError(404, "There is no such button.");
}

function parsed<T extends z.ZodType>(schema: T, fields: unknown): z.output<T> {
  const { data, error } = schema.safeParse(fields);
  if (error) throw new RefusedError(422, z.prettifyError(error));
  return data;
}

function demandInstance({ tiers }: FleetSnapshot, name: string): void {
  const found = Object.values(tiers)
    .flatMap(({ instances }) => instances)
    .find((instance) => instance.name === name);
  if (!found) throw new RefusedError(404, `There is no instance ${name} any more.`);
}
