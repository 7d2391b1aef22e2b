import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";

import type { ServerAddresses } from "../servers/servers.ts";
import { until } from "../wait.ts";

export interface JobsWatch extends AsyncDisposable {
  /** Resolves when no job runs or waits to be tried again; else it says which ones were stuck, and why. What was planned for later stays. */
  drain(timeout?: number): Promise<void>;
}

type Unfinished = {
  name: string;
  state: string;
  attempts: number;
  last_error: string | null;
  dispatched_at: Date | null;
};

const SQL = `SELECT name, state, attempts, last_error, dispatched_at FROM jobs
  WHERE state IN ('queued', 'running') AND run_at < UTC_TIMESTAMP() + INTERVAL 5 MINUTE
    AND (claims > 0 OR run_at <= GREATEST(created_at, UTC_TIMESTAMP(3)))
  ORDER BY id LIMIT 20`;

/** Looks at the database itself, past the front, which a test may have stopped. */
export function watchJobs({ mariadb }: ServerAddresses, database: string): JobsWatch {
  const pool: Pool = createPool({
    host: "127.0.0.1",
    ...mariadb,
    database,
    connectionLimit: 1,
    connectTimeout: 5_000,
  });
  const unfinished = async (): Promise<Unfinished[]> => {
    const [rows] = await pool.query<(Unfinished & RowDataPacket)[]>(SQL);
    return rows;
  };
  return {
    async drain(timeout = 30_000) {
      const describe = async () =>
        (await unfinished())
          .map(
            ({ name, state, attempts, last_error, dispatched_at }) =>
              `  ${name}: ${state}${dispatched_at ? "" : ", not sent to SQS"}, ${attempts} attempts${last_error ? `, last error: ${last_error.split("\n", 1)[0]}` : ""}`,
          )
          .join("\n");
      await until(async () => ((await unfinished()).length === 0 ? true : undefined), {
        timeout,
        every: 40,
        failure: async () =>
          `Jobs are not finished after ${timeout / 1_000} s:\n${await describe()}`,
      });
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
