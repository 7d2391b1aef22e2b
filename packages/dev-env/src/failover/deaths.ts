import type { Instance, PlayedEnvironment } from "../platform/index.ts";
import { answers } from "../process/ready.ts";
import { until } from "../wait.ts";
import type { Course } from "./faults.ts";
import type { Ground } from "./ground.ts";

const patienceMs = 120_000;
const now = () => performance.now();

/** kill -9 to the app alone: nginx and machine stay, the platform starts it again. */
export async function killProcess({ name, url, processes }: Instance): Promise<Course> {
  const [kept] = processes;
  if (!kept) throw new Error(`Nothing runs on ${name}`);
  const { exits } = kept;
  const began = now();
  process.kill(kept.pid, "SIGKILL");
  const back = async () => (kept.exits > exits && (await answers(`${url}/health`))) || undefined;
  await until(back, { timeout: patienceMs, failure: () => `${name} does not come back` });
  return { began, noticed: now(), mended: now() };
}

/** The whole machine is gone; another one takes its place once the balancer has noticed. */
export async function loseInstance(
  environment: PlayedEnvironment,
  instance: Instance,
): Promise<Course> {
  const began = now();
  await instance.kill();
  const { balancer } = environment;
  const isOut = () => !balancer?.serving.includes(instance.url) || undefined;
  const failure = () => `The balancer does not notice that ${instance.name} is gone`;
  await until(isOut, { timeout: patienceMs, failure });
  const noticed = now();
  await environment.launch();
  await environment.terminate(instance);
  return { began, noticed, mended: now() };
}

/** One after the other: a new one comes, the old one gets no new requests, ends those that it has, and goes. */
export async function replaceAll(environment: PlayedEnvironment): Promise<Course> {
  const began = now();
  for (const instance of environment.instances.slice()) {
    await environment.launch();
    await environment.terminate(instance);
  }
  return { began, noticed: began, mended: now() };
}

/** One that has a job in hand: of an idle one nothing could be lost. */
export async function busyWorker({ db, worker }: Ground): Promise<Instance> {
  const find = async () => {
    const running = await db.tables.jobs.findAll({ where: { state: "running" } });
    const busy = new Set(running.map((job) => job.get().worker));
    return worker.instances.find(({ name }) => busy.has(name));
  };
  return until(find, { timeout: patienceMs, every: 5, failure: () => "No worker has a job" });
}
