import { measureIdle } from "./idle.ts";
import { openGround } from "./ground.ts";
import { measureThroughput, type Throughput } from "./throughput.ts";
import { measureWaits, type Waits } from "./waits.ts";

export type JobsReport = {
  throughput: { ours: Throughput; single: Throughput; batches: Throughput };
  waits: { alone: Waits; besideSlow: Waits };
  idle: { perDay: number; byKind: Record<string, number> };
  goals: { what: string; value: number; goal: string; reached: boolean }[];
};

/** All of it against the same servers, one after the other. */
export async function benchJobs(jobs: number, say: (line: string) => void): Promise<JobsReport> {
  await using ground = await openGround();
  const throughput = async (way: Throughput["way"]) => {
    say(`Throughput: ${way} …`);
    return measureThroughput(ground, { way, jobs, run: way });
  };
  const single = await throughput("single");
  const batches = await throughput("batches");
  const ours = await throughput("outbox");
  say("Waits of quick jobs, alone …");
  const alone = await measureWaits(ground, { beside: "none" });
  say("What an idle worker asks SQS …");
  const idle = await measureIdle(ground);
  say("Waits of quick jobs while 1,000 slow ones wait …");
  const besideSlow = await measureWaits(ground, { beside: "slow" });

  const share = ours.perSecond / batches.perSecond;
  const requests = ours.requestsPerJob.all;
  const slower = besideSlow.p99 / alone.p99;
  return {
    throughput: { ours, single, batches },
    waits: { alone, besideSlow },
    idle,
    goals: [
      {
        what: "jobs per second, of the batches without a ledger",
        value: share,
        goal: "≥ 0.5",
        reached: share >= 0.5,
      },
      {
        what: "SQS requests per quick job",
        value: requests,
        goal: "≤ 0.35",
        reached: requests <= 0.35,
      },
      {
        what: "p99 of a quick job beside slow ones, of the one alone",
        value: slower,
        goal: "≤ 2",
        reached: slower <= 2,
      },
    ],
  };
}
