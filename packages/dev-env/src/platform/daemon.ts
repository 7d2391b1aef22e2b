import { appendFileSync } from "node:fs";

import { z } from "zod";

import type { Space } from "../space/space.ts";
import { createRegistry } from "../sqsd/registry.ts";
import { platformDefaults, type SqsdSettings } from "../sqsd/settings.ts";
import { type Sqsd, startSqsd } from "../sqsd/sqsd.ts";
import type { BundleConfig } from "./config-files.ts";

type Registry = ReturnType<typeof createRegistry>;

export type DaemonOptions = {
  space: Space;
  /** Shared by the instances of an environment. */
  registry: Registry;
};

/** The queue daemon of a worker instance; each deployment starts it anew, with the bundle's cron.yaml. */
export interface Daemon extends AsyncDisposable {
  start(cronFile: string, config: BundleConfig): Promise<void>;
  stop(): Promise<void>;
  /** Its machine is gone: nothing is finished, the lead not handed on. */
  kill(): Promise<void>;
}

const seconds = (byDefault: number) => z.coerce.number().default(byDefault);
const settings: z.ZodType<SqsdSettings> = z.object({
  HttpPath: z.string().default(platformDefaults.HttpPath),
  MimeType: z.string().default(platformDefaults.MimeType),
  HttpConnections: z.coerce.number().default(platformDefaults.HttpConnections),
  ConnectTimeout: seconds(platformDefaults.ConnectTimeout),
  InactivityTimeout: seconds(platformDefaults.InactivityTimeout),
  VisibilityTimeout: seconds(platformDefaults.VisibilityTimeout),
  ErrorVisibilityTimeout: seconds(platformDefaults.ErrorVisibilityTimeout),
  RetentionPeriod: seconds(platformDefaults.RetentionPeriod),
});

export function openDaemon(
  { space, registry }: DaemonOptions,
  { app, instance, log }: { app: string; instance: string; log: string },
): Daemon {
  let running: Sqsd | undefined;
  const stop = async () => {
    await running?.[Symbol.asyncDispose]();
    running = undefined;
  };
  return {
    async start(cronFile, { options }) {
      running = await startSqsd(space, {
        app,
        instance,
        cronFile,
        registry,
        settings: settings.parse(options.get("aws:elasticbeanstalk:sqsd") ?? {}),
        log: (line) => appendFileSync(log, `${line}\n`),
      });
    },
    stop,
    async kill() {
      await running?.kill();
      running = undefined;
    },
    [Symbol.asyncDispose]: stop,
  };
}
