import { z } from "zod";

import type { Client, Page } from "../client/client.ts";
import { StorageAwayError } from "./saw.ts";

const announced = z.object({
  uploads: z.tuple([
    z.object({
      slug: z.string(),
      post: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).nullable(),
    }),
  ]),
});

/** The browser's way with one file: announce it, send it straight to S3, say that it is there. */
export async function uploadDirectly(
  client: Client,
  formToken: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<Page> {
  const files = [{ position: 0, name: "a.jpg", size: content.length }];
  const page = await client.postJson("/api/uploads", { formToken, files, alt: "Four colours" });
  if (page.status !== 200) return page;
  const [{ slug, post }] = announced.parse(page.json()).uploads;
  // It went through the last time, and the answer did not come back.
  if (!post) return page;
  await sendToS3(post, content);
  return client.postJson(`/api/uploads/${slug}/complete`);
}

async function sendToS3(
  { url, fields }: { url: string; fields: Record<string, string> },
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([content], { type: "image/jpeg" }), "a.jpg");
  const signal = AbortSignal.timeout(30_000);
  const answer = await fetch(url, { method: "POST", body: form, signal }).catch(
    (error: unknown) => {
      throw new StorageAwayError("S3 is not reached", { cause: error });
    },
  );
  await answer.body?.cancel();
  if (!answer.ok) throw new StorageAwayError(`S3 answered ${answer.status}`);
}
