import { setTimeout as delay } from "node:timers/promises";

import { SendMessageCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";

import { REGION, type Servers } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";
import type { Space } from "../space/space.ts";
import type { Device } from "./devices.ts";
import type { Disturbances } from "./disturbances.ts";
import type { Fleet } from "./fleet.ts";
import { troublePush, troubleSes } from "./give-trouble.ts";
import type { Fault } from "./schedule.ts";
import type { Ticking } from "./ticking.ts";
import { silentMs, slowMs } from "./troubles.ts";

export type Inflicted = {
  stops: number;
  freezes: number;
  /** Times in which SES or the push service misbehaved. */
  troubles: number;
  leadersKilled: number;
  foreign: number;
};

type Options = {
  faults: readonly Fault[];
  servers: Servers;
  space: Space;
  fleet: Fleet;
  disturbances: Disturbances;
  devices: readonly Device[];
  ticking: Ticking;
  signal: AbortSignal;
};

/** Carries the plan out; at its end everything that was stopped goes again. */
export async function inflict(options: Options, inflicted: Inflicted): Promise<void> {
  const beginAt = Date.now();
  await Promise.all(
    options.faults.map(async (fault) => {
      await delay(Math.max(0, beginAt + fault.at - Date.now()), undefined, {
        signal: options.signal,
      });
      await commit(options, fault, inflicted);
    }),
  );
}

async function commit(options: Options, fault: Fault, inflicted: Inflicted): Promise<void> {
  const { servers, space, fleet, disturbances, devices, ticking, signal } = options;
  const last = (forMs: number) => delay(forMs, undefined, { signal }).catch(() => {});
  switch (fault.kind) {
    case "kill":
      return fleet.kill(fault.process);
    case "foreign":
      await sendForeign(servers.addresses.fauxqs, `${space.name}-${fault.queue}`);
      inflicted.foreign += 1;
      return;
    case "ses": {
      const disturbance = disturbances.add(`SES ${fault.how}`);
      inflicted.troubles += 1;
      const end = troubleSes(space, fault.how);
      await last(fault.forMs);
      end();
      return void endLater(disturbance, fault.how === "silent" ? silentMs.ses : slowMs);
    }
    case "push": {
      const disturbance = disturbances.add(`the push service ${fault.how}`);
      inflicted.troubles += 1;
      const end = await troublePush(space, fault.how);
      await last(fault.forMs);
      await end();
      return void endLater(disturbance, fault.how === "silent" ? silentMs.push : slowMs);
    }
    case "expire":
      return devices[fault.device]?.expire();
    case "kill-leader": {
      const disturbance = disturbances.add("the daemon that leads died");
      if (await ticking.killLeader(fault.forMs)) inflicted.leadersKilled += 1;
      return disturbance.end();
    }
    case "freeze-process": {
      const disturbance = disturbances.add(`${fault.process} frozen`);
      inflicted.freezes += 1;
      fleet.freeze(fault.process);
      await last(fault.forMs);
      fleet.thaw(fault.process);
      return disturbance.end();
    }
    case "stop": {
      const disturbance = disturbances.add(`${fault.dependency} stopped`);
      inflicted.stops += 1;
      await space.fronts[fault.dependency].stop();
      await last(fault.forMs);
      await space.fronts[fault.dependency].resume();
      return disturbance.end();
    }
    case "freeze-server": {
      const disturbance = disturbances.add(`${fault.server} frozen`);
      inflicted.freezes += 1;
      servers[fault.server].process.kill("SIGSTOP");
      await last(fault.forMs);
      servers[fault.server].process.kill("SIGCONT");
      return disturbance.end();
    }
  }
}

/** Whoever was in a call when it ended learns of it later. */
function endLater(disturbance: { end(): void }, afterMs: number): void {
  setTimeout(() => disturbance.end(), afterMs).unref();
}

/** Past the fronts: it has to come, or the books could not ask for it. */
async function sendForeign(endpoint: string, queue: string): Promise<void> {
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "<not one of ours>" }));
  sqs.destroy();
}
