import {
  GetSendQuotaCommand,
  SendRawEmailCommand,
  SESClient,
  SESServiceException,
} from "@aws-sdk/client-ses";
import { messageOf, minutes, NotYetError, seconds, UnavailableError } from "@tendril/runtime";

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

/** It certainly was not sent; `cause` is what its job fails with for now. */
export class MailNotSentError extends Error {
  override readonly name = "MailNotSentError";
  /** SES answers, and takes nothing from anybody here for that long. */
  readonly holdMs: number;

  constructor(message: string, cause: Error, holdMs = 0) {
    super(message, { cause });
    this.holdMs = holdMs;
  }
}

function notNow(why: string, error: Error, holdMs: number): MailNotSentError {
  const message = `${why}: ${messageOf(error)}`;
  return new MailNotSentError(message, new NotYetError(message, holdMs / 1_000), holdMs);
}

export type RawMail = { from: string; to: string; bytes: Uint8Array };

/** By the tags SES's events tell which sending of which mail they are about. */
type Labels = { tags: Record<string, string>; configurationSet: string | undefined };

const throttles = new Set([
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "LimitExceededException",
]);

/** Refusals that say nothing of the mail: somebody has to put the account right, and mails wait until then. */
const accountFaults = new Set([
  "AccountSendingPausedException",
  "ConfigurationSetDoesNotExistException",
  "ConfigurationSetSendingPausedException",
  "MailFromDomainNotVerifiedException",
]);

/** What SES says of a mail itself. */
const refusals = new Set([
  "MessageRejected",
  "InvalidParameterValue",
  "InvalidParameterCombination",
  "MissingParameter",
  "ValidationError",
]);

const neverReached = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);

/** SES's id of the mail. Any other error than the two above leaves open whether it was sent. */
export async function sendRaw(
  ses: SESClient,
  mail: RawMail,
  { tags, configurationSet }: Labels,
  signal: AbortSignal,
): Promise<string> {
  try {
    const answer = await ses.send(
      new SendRawEmailCommand({
        Source: mail.from,
        Destinations: [mail.to],
        RawMessage: { Data: mail.bytes },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        ConfigurationSetName: configurationSet,
      }),
      { abortSignal: signal },
    );
    return answer.MessageId ?? "";
  } catch (error) {
    throw error instanceof SESServiceException ? understand(error) : judgeConnection(error);
  }
}

function understand(error: SESServiceException): Error {
  if (throttles.has(error.name)) {
    const daily = /daily|quota/i.test(error.message);
    return notNow("SES asks to slow down", error, daily ? minutes(5) : seconds(1));
  }
  const status = error.$metadata.httpStatusCode ?? 500;
  if (status === 403 || accountFaults.has(error.name))
    return notNow("SES takes nothing from this account", error, seconds(30));
  if (status < 400 || status >= 500) return error;
  if (refusals.has(error.name)) return new MailRefusedError(messageOf(error), { cause: error });
  // Of the request, or of somebody else at SES's address. Such an attempt counts: in the end people have to look.
  return new MailNotSentError(`SES answered ${status}, ${error.name}: ${messageOf(error)}`, error);
}

function judgeConnection(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const reached = !(
    ("code" in error && neverReached.has(String(error.code))) ||
    error.name === "CredentialsProviderError" ||
    // The SDK gives this error the name that a late answer has, too.
    /did not establish a connection/.test(error.message)
  );
  if (reached) return error;
  const why = "SES cannot be reached";
  const away = new UnavailableError("ses", why, { cause: error });
  return new MailNotSentError(`${why}: ${messageOf(error)}`, away);
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

/** Mails a second that the account may send. */
export async function askSendRate(ses: SESClient): Promise<number> {
  const { MaxSendRate } = await ses.send(new GetSendQuotaCommand({}));
  if (!MaxSendRate || MaxSendRate <= 0) throw new Error("SES names no sending rate");
  return MaxSendRate;
}
