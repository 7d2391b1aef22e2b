import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

import { type Front, openHttpFront } from "../front.ts";
import { callBackend, readBody } from "../proxy.ts";
import { elements } from "../xml.ts";
import type { Mailbox } from "./mailbox.ts";
import { readMessage, type Envelope } from "./message.ts";
import { readCall, type SendCall, SesRefusal } from "./query.ts";

export interface SesFront extends Front {
  readonly url: string;
}

type Options = {
  backend: string;
  mailbox: Mailbox;
  /** Domains that are verified: SES sends from no other. */
  domains: readonly string[];
};

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const MAX_BODY = 16 * 1024 * 1024;
const MAX_MESSAGE = 10 * 1024 * 1024;
const MAX_RECIPIENTS = 50;

const bare = (address: string) => /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address.trim();

function check(call: SendCall, sent: Envelope, domains: readonly string[]): void {
  if (call.raw.length > MAX_MESSAGE)
    throw new SesRefusal(
      "InvalidParameterValue",
      "Message length is more than 10485760 bytes long.",
    );
  if (sent.to.length === 0)
    throw new SesRefusal("InvalidParameterValue", "Missing required header 'To'.");
  if (sent.to.length > MAX_RECIPIENTS)
    throw new SesRefusal("InvalidParameterValue", "Recipient count exceeds 50.");
  const malformed = sent.to.find((address) => !/^[^\s@<>]+@[^\s@<>]+$/.test(bare(address)));
  if (malformed !== undefined)
    throw new SesRefusal("InvalidParameterValue", `Missing final '@domain'`);
  const domain = bare(sent.from).split("@").at(-1) ?? "";
  if (!domains.includes(domain))
    throw new SesRefusal(
      "MessageRejected",
      `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${sent.from}`,
    );
}

async function describe(call: SendCall): Promise<Envelope> {
  const draft = {
    id: randomUUID(),
    at: new Date().toISOString(),
    from: call.source ?? "",
    to: [...call.destinations],
    tags: { ...call.tags },
  };
  const { headers } = await readMessage(draft, call.raw);
  const named = ["to", "cc", "bcc"].flatMap((name) => headers[name]?.split(",") ?? []);
  return {
    ...draft,
    from: headers["from"] ?? draft.from,
    to: (draft.to.length > 0 ? draft.to : named).map(bare),
    configurationSet: call.configurationSet ?? headers["x-ses-configuration-set"],
  };
}

/** Lets the local SES have the message too; its word on what it will not take counts. */
async function handOver(
  backend: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<string> {
  const { outgoing, answered } = callBackend(backend, {
    method: "POST",
    path: "/",
    headers: { ...headers, "content-length": String(body.length) },
  });
  outgoing.end(body);
  const answer = await answered;
  const text = (await readBody(answer, 1024 * 1024)).toString();
  const id = /<MessageId>([^<]+)<\/MessageId>/.exec(text)?.[1];
  if (answer.statusCode === 200 && id) return id;
  throw new SesRefusal("InvalidParameterValue", text.slice(0, 300), answer.statusCode ?? 400);
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { backend, mailbox, domains }: Options,
): Promise<void> {
  const body = await readBody(request, MAX_BODY);
  const call = readCall(body.toString());
  const sent = await describe(call);
  check(call, sent, domains);
  await handOver(backend, request.headers, body);
  await mailbox.add(sent, call.raw);
  const result = `<${call.action}Result>${elements({ MessageId: sent.id })}</${call.action}Result>`;
  const metadata = `<ResponseMetadata>${elements({ RequestId: randomUUID() })}</ResponseMetadata>`;
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(
    `<${call.action}Response xmlns="${NAMESPACE}">${result}${metadata}</${call.action}Response>`,
  );
}

/** SES v1 as one space reaches it; keeps every message as it was sent, with its tags. */
export async function openSesFront(options: Options): Promise<SesFront> {
  const front = await openHttpFront(async (request, response) => {
    try {
      await send(request, response, options);
    } catch (error) {
      if (!(error instanceof SesRefusal)) throw error;
      const fields = elements({ Type: "Sender", Code: error.code, Message: error.message });
      response.writeHead(error.status, { "content-type": "text/xml" });
      response.end(
        `<ErrorResponse xmlns="${NAMESPACE}"><Error>${fields}</Error>${elements({ RequestId: randomUUID() })}</ErrorResponse>`,
      );
    }
  });
  return { ...front, url: `http://127.0.0.1:${front.port}` };
}
