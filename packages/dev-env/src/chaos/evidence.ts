import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

import { REGION } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";
import type { Evidence } from "./books.ts";
import { countWaiting } from "./calm.ts";
import { gatherFacts } from "./facts.ts";
import { orderOf } from "./orders.ts";
import type { Plan } from "./plan.ts";
import type { Ground } from "./storm.ts";

type Known = Pick<
  Evidence,
  "accepted" | "foreign" | "disturbances" | "fates" | "devices" | "ticking" | "people"
> & {
  shifts: Plan["shifts"];
};

export async function gatherEvidence(
  { db, servers, space, options }: Ground,
  { shifts, ...known }: Known,
): Promise<Evidence> {
  const { fauxqs } = servers.addresses;
  const orders = shifts.flatMap(({ name, count }) =>
    Array.from({ length: count }, (_, n) =>
      orderOf(options.seed, name, n + 1, known.people.length),
    ),
  );
  return {
    ...known,
    ...(await gatherFacts(db, space)),
    orders,
    stored: await listStored(fauxqs, space.environment["PHOTO_BUCKET"] ?? ""),
    waiting: await countWaiting(fauxqs, space.name),
  };
}

/** Keys of everything that lies in the bucket. */
export async function listStored(endpoint: string, Bucket: string): Promise<Set<string>> {
  const s3 = new S3Client({
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  const keys = new Set<string>();
  try {
    for (let token: string | undefined, more = true; more;) {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: token }));
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
      token = page.NextContinuationToken;
      more = token !== undefined;
    }
    return keys;
  } finally {
    s3.destroy();
  }
}
