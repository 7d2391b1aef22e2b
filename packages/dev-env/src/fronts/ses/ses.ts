import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

import { type Front, openHttpFront } from "../front.ts";
import { callBackend, readBody } from "../proxy.ts";
import { elements } from "../xml.ts";
import { type Account, check, describe } from "./accept.ts";
import { createThrottle, fateOf, goodDay, type SesBehaviour } from "./behaviour.ts";
import { eventsOf } from "./events.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Topic } from "./topic.ts";
import { readCall, SesRefusal } from "./query.ts";

export interface SesFront extends Front {
  readonly url: string;
  /** May be changed at any time. */
  readonly behaviour: SesBehaviour;
  /** Calls to send that were too many. */
  readonly throttled: number;
  /** Ids of mails whose events were lost. */
  readonly untold: ReadonlySet<string>;
  /** Events that are not in the queue yet. */
  readonly eventsUnderWay: number;
}

type Options = Account & {
  backend: string;
  mailbox: Mailbox;
  maxSendRate: number;
  topic: Topic;
  region: string;
};

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const MAX_BODY = 16 * 1024 * 1024;
const DAILY_QUOTA = 50_000;

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

type State = Options & {
  behaviour: SesBehaviour;
  throttle: ReturnType<typeof createThrottle>;
  untold: Set<string>;
};

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
): Promise<void> {
  const body = await readBody(request, MAX_BODY);
  if (new URLSearchParams(body.toString()).get("Action") === "GetSendQuota") {
    const { mailbox, behaviour } = state;
    return answer(response, "GetSendQuota", {
      Max24HourSend: DAILY_QUOTA.toFixed(1),
      MaxSendRate: behaviour.maxSendRate.toFixed(1),
      SentLast24Hours: mailbox.list().length.toFixed(1),
    });
  }
  await send(request, response, body, state);
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  state: State,
): Promise<void> {
  const { backend, mailbox, behaviour, throttle, topic, region, untold } = state;
  if (behaviour.breaks === "before accepting") return void response.destroy();
  const call = readCall(body.toString());
  const sent = await describe(call);
  check(call, sent, state);
  if (!throttle.admit(behaviour.maxSendRate)) {
    await delay(behaviour.answerAfterMs);
    throw new SesRefusal("Throttling", "Maximum sending rate exceeded.");
  }
  await handOver(backend, request.headers, body);
  const message = await mailbox.add(sent, call.raw);
  if (behaviour.events.lost) untold.add(message.id);
  if (sent.configurationSet !== undefined) {
    const fate = fateOf(sent.to[0] ?? "", behaviour.fates);
    for (const event of eventsOf(message, fate, region)) topic.publish(event, behaviour.events);
  }
  await delay(behaviour.answerAfterMs);
  if (behaviour.breaks === "after accepting") return void response.destroy();
  answer(response, call.action, { MessageId: sent.id });
}

function answer(response: ServerResponse, action: string, fields: Record<string, string>): void {
  const result = `<${action}Result>${elements(fields)}</${action}Result>`;
  const metadata = `<ResponseMetadata>${elements({ RequestId: randomUUID() })}</ResponseMetadata>`;
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(`<${action}Response xmlns="${NAMESPACE}">${result}${metadata}</${action}Response>`);
}

/** SES v1 as one space reaches it; keeps every message as it was sent, and tells what becomes of it. */
export async function openSesFront(options: Options): Promise<SesFront> {
  const behaviour = goodDay(options.maxSendRate);
  const throttle = createThrottle();
  const untold = new Set<string>();
  const front = await openHttpFront(async (request, response) => {
    try {
      await handle(request, response, { ...options, behaviour, throttle, untold });
    } catch (error) {
      if (!(error instanceof SesRefusal)) throw error;
      const fields = elements({ Type: "Sender", Code: error.code, Message: error.message });
      response.writeHead(error.status, { "content-type": "text/xml" });
      response.end(
        `<ErrorResponse xmlns="${NAMESPACE}"><Error>${fields}</Error>${elements({ RequestId: randomUUID() })}</ErrorResponse>`,
      );
    }
  });
  return {
    ...front,
    url: `http://127.0.0.1:${front.port}`,
    behaviour,
    untold,
    get eventsUnderWay() {
      return options.topic.underWay;
    },
    get throttled() {
      return throttle.refused;
    },
  };
}
