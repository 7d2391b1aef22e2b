import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

import { elements } from "../xml.ts";

/** A refusal as S3 words it. */
export class S3Refusal extends Error {
  override readonly name = "S3Refusal";
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const accessDenied = (message = "Access Denied") =>
  new S3Refusal(403, "AccessDenied", message);

export function sendRefusal(response: ServerResponse, refusal: S3Refusal, isHead = false): void {
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  const fields = {
    Code: refusal.code,
    Message: refusal.message,
    ...refusal.details,
    RequestId: requestId,
    HostId: "local",
  };
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements(fields)}</Error>`;
  response.writeHead(refusal.status, {
    "content-type": "application/xml",
    "x-amz-request-id": requestId,
  });
  response.end(isHead ? undefined : xml);
}
