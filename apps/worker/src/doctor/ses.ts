import { GetSendQuotaCommand, SendRawEmailCommand, type SESClient } from "@aws-sdk/client-ses";
import {
  checkWith,
  codesOf,
  doubtful,
  explainAws,
  fine,
  unexpected,
  wordsOf,
  wrong,
  type Check,
  type Explanation,
  type Finding,
} from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";

import { readMailConfig, type MailConfig } from "../config.ts";
import { connectSes } from "../mail/ses.ts";

/** SES's own: counts as a mail, and reaches nobody. */
const simulator = "success@simulator.amazonses.com";
/** What SES allows in a day before an account was let out of its sandbox. */
const sandboxed = 200;

/** Asks for the quota, and sends one mail from each sender: nothing less shows that SES would take ours. */
export function checkMail(environment: Environment): Check {
  return checkWith("mail", () => readMailConfig(environment), look);
}

async function look(mail: MailConfig): Promise<Finding[]> {
  using ses = connectSes(mail.region);
  const findings = [await lookAtQuota(ses, mail)];
  // Of a service that does not even say its quota, the same would be said again.
  if (findings[0]?.state === "wrong") return findings;
  for (const [variable, sender] of [
    ["MAIL_FROM", mail.from],
    ["MAIL_FROM_ESSENTIAL", mail.fromEssential],
  ] as const)
    findings.push(await trySender(ses, mail, variable, sender));
  if (mail.configurationSet === undefined)
    findings.push(
      doubtful({
        says: "SES_CONFIGURATION_SET is not set: nobody learns of bounces, complaints and lost mails",
        cure: "Name the configuration set whose events come to the queue <QUEUE_PREFIX>-mail-events.",
      }),
    );
  return findings;
}

async function lookAtQuota(ses: SESClient, { region }: MailConfig): Promise<Finding> {
  try {
    const {
      Max24HourSend = 0,
      SentLast24Hours = 0,
      MaxSendRate,
    } = await ses.send(new GetSendQuotaCommand({}));
    if (Max24HourSend >= 0 && Max24HourSend <= sandboxed)
      return doubtful({
        says: `SES is in its sandbox in ${region}: ${Max24HourSend} mails a day, and to verified addresses alone`,
        cure: "Ask AWS for production access (SES console, Account dashboard); each region has its own.",
      });
    if (Max24HourSend > 0 && SentLast24Hours > 0.9 * Max24HourSend)
      return doubtful({
        says: `${SentLast24Hours} of ${Max24HourSend} mails of a day are sent`,
        cure: "Mails wait when it is used up: ask AWS for a higher sending quota.",
      });
    return fine(`SES in ${region}: ${Max24HourSend} mails a day, ${MaxSendRate} a second`);
  } catch (error) {
    return wrong(explain(error, region, "ses:GetSendQuota", "*"));
  }
}

async function trySender(
  ses: SESClient,
  { region, configurationSet }: MailConfig,
  variable: string,
  sender: string,
): Promise<Finding> {
  const head = [`From: ${sender}`, `To: ${simulator}`, "Subject: Tendril's doctor"];
  const message = [...head, "MIME-Version: 1.0", "", "Are you well?", ""].join("\r\n");
  try {
    await ses.send(
      new SendRawEmailCommand({
        Source: sender,
        Destinations: [simulator],
        RawMessage: { Data: Buffer.from(message) },
        ConfigurationSetName: configurationSet,
        // What SES tells of it belongs to no mail of ours.
        Tags: [
          { Name: "mail", Value: "0" },
          { Name: "generation", Value: "1" },
        ],
      }),
    );
    return fine(`${variable}: SES took a mail from ${sender}`);
  } catch (error) {
    return wrong(explainSending(error, { region, configurationSet, variable, sender }));
  }
}

type Sending = {
  region: string;
  configurationSet: string | undefined;
  variable: string;
  sender: string;
};

function explainSending(
  error: unknown,
  { region, configurationSet, variable, sender }: Sending,
): Explanation {
  const codes = codesOf(error);
  const words = wordsOf(error);
  if (/not verified/i.test(words) || codes.has("MailFromDomainNotVerifiedException"))
    return {
      says: `SES does not know the sender ${sender} in ${region} (${variable})`,
      cure: "Verify its domain, or the address, under Identities in SES, in this very region; the records in DNS may take an hour.",
    };
  if (/ConfigurationSetDoesNotExist/.test([...codes].join()))
    return {
      says: `there is no configuration set ${configurationSet} in ${region}`,
      cure: "Look for a slip in SES_CONFIGURATION_SET: every mail is refused until it is right.",
    };
  if (/SendingPaused/.test([...codes].join()))
    return {
      says: `SES has paused sending${configurationSet === undefined ? "" : ` (account or set ${configurationSet})`}`,
      cure: "Too many bounces or complaints: the SES console says what AWS wants to know.",
    };
  if (/throttl/i.test([...codes].join()))
    return {
      says: `SES asks to slow down: ${words.slice(0, 80)}`,
      cure: "Its sending rate or a day's quota is used up: look again in a minute.",
    };
  return explain(error, region, "ses:SendRawEmail", `arn:aws:ses:${region}:*:identity/*`);
}

function explain(error: unknown, region: string, action: string, resource: string): Explanation {
  return explainAws(error, { service: "SES", region, action, resource }) ?? unexpected(error);
}
