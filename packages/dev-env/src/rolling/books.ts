import { createConnection, type RowDataPacket } from "mysql2/promise";

import type { Mailbox } from "../fronts/ses/mailbox.ts";
import type { ServerAddresses } from "../servers/servers.ts";
import type { Accepted } from "../chaos/visitors.ts";

/** Of what was promised, how much came true; everything else in words. */
export type Books = {
  photosReady: number;
  mailsSent: number;
  comments: number;
  jobs: Record<string, number>;
  differences: string[];
};

type Count = RowDataPacket & { what: string; count: number };

/** Reads the database and the mailbox once all has come to rest. */
export async function readBooks(
  { mariadb }: ServerAddresses,
  database: string,
  mailbox: Mailbox,
  promised: Accepted,
): Promise<Books> {
  await using connection = await createConnection({
    host: "127.0.0.1",
    ...mariadb,
    database,
    connectTimeout: 5_000,
  });
  const counts = async (sql: string) => {
    const [rows] = await connection.query<Count[]>(sql);
    return Object.fromEntries(rows.map(({ what, count }) => [what, Number(count)]));
  };
  const photos = await counts(
    "SELECT CONCAT(form_token, ' ', status) AS what, COUNT(*) AS count FROM photos GROUP BY what",
  );
  const jobs = await counts("SELECT state AS what, COUNT(*) AS count FROM jobs GROUP BY state");
  const stored = await counts("SELECT 'comments' AS what, COUNT(*) AS count FROM comments");
  const letters = await counts(
    "SELECT cause AS what, COUNT(*) AS count FROM dead_letters GROUP BY cause",
  );

  const differences: string[] = [];
  const demand = (is: number, should: number, what: string) => {
    if (is !== should) differences.push(`${what}: ${is}, not ${should}`);
    return is;
  };
  let photosReady = 0;
  for (const { formToken } of promised.photos)
    photosReady += demand(photos[`${formToken} ready`] ?? 0, 1, `photos of form ${formToken}`);
  let mailsSent = 0;
  for (const name of promised.signUps) {
    const mails = mailbox.list().filter(({ to }) => to.includes(`${name}@example.com`));
    mailsSent += demand(mails.length, 1, `mails to ${name}`);
  }
  const comments = demand(stored["comments"] ?? 0, promised.words.length, "comments");
  for (const [cause, count] of Object.entries(letters))
    differences.push(`${count} dead letters: ${cause}`);
  for (const state of ["running", "dead"]) demand(jobs[state] ?? 0, 0, `jobs that are ${state}`);
  return { photosReady, mailsSent, comments, jobs, differences };
}
