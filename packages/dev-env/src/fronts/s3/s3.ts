import type { IncomingMessage, ServerResponse } from "node:http";

import { climbs } from "../cdn.ts";
import { type Front, openHttpFront } from "../front.ts";
import { forward, giveBack } from "../proxy.ts";
import { addCorsHeaders, answerPreflight, type CorsRule } from "./cors.ts";
import { S3Refusal, sendRefusal } from "./error.ts";
import type { Glacier } from "./glacier.ts";
import { overriddenHeaders } from "./overrides.ts";
import { acceptPost } from "./post.ts";
import { acceptRestore, archiveHeaders, demandReadable, isRestoreRequest } from "./restore.ts";
import type { Credentials } from "./signature.ts";
import { demandSignedRequest } from "./signed-request.ts";

export interface S3Front extends Front {
  /** With an address instead of a name, for which the SDK puts the bucket into the path. */
  readonly url: string;
}

type Options = {
  backend: string;
  region: string;
  credentials: Credentials;
  /** Rules by bucket; the server behind knows no CORS. */
  cors: Readonly<Record<string, readonly CorsRule[]>>;
  /** Nor does it know of archives. */
  glacier: Glacier;
  now?: () => number;
};

function bucketOf(request: IncomingMessage): { bucket: string; key: string } {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    throw new S3Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

const isForm = (request: IncomingMessage) =>
  /^multipart\/form-data/i.test(request.headers["content-type"] ?? "");

/**
 * S3 as one space reaches it: a private bucket. Requests must be signed and in time, uploads by
 * form must fit their policy, browsers of other origins need a CORS rule, and what lies in the
 * archive must be restored before it is read. The server behind checks none of it.
 */
export async function openS3Front({
  backend,
  region,
  credentials,
  cors,
  glacier,
  now = Date.now,
}: Options): Promise<S3Front> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { bucket, key } = bucketOf(request);
    const rules = cors[bucket] ?? [];
    if (request.method === "OPTIONS") return answerPreflight(request, response, rules);
    addCorsHeaders(request, response, rules);
    if (request.method === "POST" && key === "" && isForm(request))
      return acceptPost(request, response, { backend, bucket, credentials, region, now: now() });
    demandSignedRequest(request, credentials, region, now());
    if (climbs(key)) throw new S3Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
    if (bucket !== glacier.bucket || key === "")
      return giveBack(await forward(request, backend), response);
    await passObject(request, response, decodeKey(key));
  };
  const passObject = async (request: IncomingMessage, response: ServerResponse, key: string) => {
    if (isRestoreRequest(request))
      return acceptRestore(request, response, { glacier, key, now: now() });
    await demandReadable(request, glacier, key, now());
    const answer = await forward(request, backend);
    const { statusCode = 502, headers } = answer;
    if (statusCode === 200) Object.assign(headers, overriddenHeaders(request));
    if (statusCode < 300 && (request.method === "GET" || request.method === "HEAD"))
      Object.assign(headers, await archiveHeaders(glacier, key, now()));
    await giveBack(answer, response);
  };
  const front = await openHttpFront(async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      if (!(error instanceof S3Refusal) || response.headersSent) throw error;
      sendRefusal(response, error, request.method === "HEAD");
    } finally {
      // The rest of a refused body is read, or the client would see a broken connection, not the answer.
      request.unpipe().resume();
    }
  });
  return { ...front, url: `http://127.0.0.1:${front.port}` };
}
