import {
  GetSendQuotaCommand,
  SendRawEmailCommand,
  SESClient,
  SESServiceException,
} from "@aws-sdk/client-ses";
import { messageOf, UnavailableError } from "@tendril/runtime";

export function connectSes(region: string): SESClient & Disposable {
  // No retries of its own: a call whose answer was lost may have sent the mail.
  const client = new SESClient({
    region,
    maxAttempts: 1,
    // Without the last one the SDK only warns, and waits on.
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
    },
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

/** SES said no to this mail, and would say so again. */
export class MailRefusedError extends Error {
  override readonly name = "MailRefusedError";
}

/** It certainly was not sent; `cause` says what to do about it. */
export class MailNotSentError extends Error {
  override readonly name = "MailNotSentError";
}

export type RawMail = { from: string; to: string; bytes: Uint8Array; tags: Record<string, string> };

const throttles = new Set([
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "LimitExceededException",
]);
const neverReached = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);

/** SES's id of the mail. Any other error than the two above leaves open whether it was sent. */
export async function sendRaw(ses: SESClient, mail: RawMail, signal: AbortSignal): Promise<string> {
  try {
    const answer = await ses.send(
      new SendRawEmailCommand({
        Source: mail.from,
        Destinations: [mail.to],
        RawMessage: { Data: mail.bytes },
        Tags: Object.entries(mail.tags).map(([Name, Value]) => ({ Name, Value })),
      }),
      { abortSignal: signal },
    );
    return answer.MessageId ?? "";
  } catch (error) {
    if (error instanceof SESServiceException) {
      if (throttles.has(error.name)) throw notSent("SES asks to slow down", error);
      const status = error.$metadata.httpStatusCode ?? 500;
      if (status >= 400 && status < 500)
        throw new MailRefusedError(messageOf(error), { cause: error });
    }
    if (error instanceof Error && "code" in error && neverReached.has(String(error.code))) {
      throw notSent("SES cannot be reached", error);
    }
    throw error;
  }
}

function notSent(why: string, cause: unknown): MailNotSentError {
  return new MailNotSentError(`${why}: ${messageOf(cause)}`, {
    cause: new UnavailableError("ses", why, { cause }),
  });
}

/** Resolves when SES answers; a refusal is an answer. */
export async function probeSes(ses: SESClient): Promise<void> {
  try {
    await ses.send(new GetSendQuotaCommand({}));
  } catch (error) {
    const status =
      error instanceof SESServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === undefined || status >= 500) throw error;
  }
}
