import { createLogger, readEnvironment, repeat, run, seconds, variable } from "@tendril/runtime";

import { environment } from "./config.ts";
import { bringTicks } from "./schedule/bring-ticks.ts";
import { loadSchedule } from "./schedule/load-schedule.ts";

// Where no platform brings the ticks of cron.yaml: beside a worker in containers. On Elastic Beanstalk sqsd does it.
await run(async () => {
  const { PORT } = readEnvironment(environment, { PORT: variable.port().default(8080) });
  const logger = createLogger({ level: "info", tier: "worker", instance: "clock" });
  const tasks = await loadSchedule(logger);
  const started = new Date();
  const taken = new Map(tasks.map(({ task }) => [task, started]));
  logger.info({ tasks: tasks.map(({ task }) => task) }, "clock is ready");
  return repeat(
    () => bringTicks({ tasks, url: `http://127.0.0.1:${PORT}`, taken, logger }, new Date()),
    {
      pauseMs: seconds(5),
      onError: (error) => logger.error({ err: error }, "no tick was brought"),
    },
  );
});
