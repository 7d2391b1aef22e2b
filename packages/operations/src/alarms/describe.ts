import type { IncidentRow } from "@tendril/database";

import { spellDuration } from "../durations.ts";
import type { AlarmName } from "./thresholds.ts";

/** An alarm in words: what is wrong, what that means, and what to run next. */
export type AlarmText = {
  title: string;
  meaning: string;
  /** Commands of the operators' command line, without its name. */
  next: string[];
};

type About = Pick<IncidentRow, "subject" | "value">;

const texts: Record<AlarmName, (about: About) => AlarmText> = {
  "open-letters": ({ value }) => ({
    title: `${value} dead letters are open`,
    meaning:
      "That many jobs were given up, and nobody has dealt with them: their work is not done. Few causes are usually behind many letters.",
    next: ["dead causes", "dead redrive --cause CAUSE --canary 5 --reason WHY"],
  }),
  "new-letters": ({ value }) => ({
    title: `${value} new dead letters within ten minutes`,
    meaning:
      "Jobs are being given up one after the other: after a deployment it is most likely that, else a service that refuses us.",
    next: ["dead causes --since 1h", "fleet"],
  }),
  "stuck-dead-queue": ({ subject, value }) => ({
    title: `Something has been in the queue ${subject}-dead for ${spellDuration(value)}`,
    meaning:
      "Workers take messages out of there each minute and file them as letters. Either no worker can, or somebody is holding or moving messages there.",
    next: ["queues", `queue peek ${subject}-dead`],
  }),
  "missed-ticks": ({ subject, value }) => ({
    title:
      value === 1
        ? `A tick of ${subject} never came`
        : `${value} ticks of ${subject} in a row never came`,
    meaning:
      "The daemon that brings timed tasks does not lead, does not reach the worker, or does not know the task. If several tasks are missed, it is the daemon: its log on the worker instances is /var/log/aws-sqsd/default.log.",
    next: ["schedule", `schedule run ${subject} --reason WHY`],
  }),
  "unwatched-schedule": ({ value }) => ({
    title: `Nobody has looked for missed ticks for ${spellDuration(value)}`,
    meaning:
      "Workers do that each minute; one that cannot read its cron.yaml does not, and says so in its log when it starts.",
    next: ["fleet", "schedule"],
  }),
  "late-queue": ({ subject, value }) => ({
    title: `The oldest job in ${subject} has waited for ${spellDuration(value)}`,
    meaning:
      "More comes in than workers get done, or they pause because something that these jobs need is away (S3 for media, SES for mail).",
    next: ["queues", "fleet"],
  }),
  "outbox-lag": ({ value }) => ({
    title: `Jobs wait for ${spellDuration(value)} to be sent to SQS`,
    meaning:
      "SQS is away or refuses us. Nothing is lost: jobs stay in the database, and are sent when it answers again.",
    next: ["queues", "fleet"],
  }),
  "no-worker": ({ value }) => ({
    title: `No worker has been alive for ${spellDuration(value)}`,
    meaning:
      "No photo becomes ready and no mail goes out, alarms included. What people do is kept, and is worked off when workers are back.",
    next: ["fleet", "queues"],
  }),
  "no-web": ({ value }) => ({
    title: `No web instance has been alive for ${spellDuration(value)}`,
    meaning:
      "Nobody can reach the gallery, or web instances cannot reach the database: then they serve what they have in the cache.",
    next: ["fleet"],
  }),
  "unknown-mails": ({ value }) => ({
    title: `Of ${value} mails of the last day nobody knows whether they went out`,
    meaning:
      "SES gave no clear answer, and its events told nothing of them. They are not repeated. Look whether SES publishes its events: SES_CONFIGURATION_SET, and the queue mail-events.",
    next: ["mails find --status unknown --since 1d", "queues"],
  }),
};

/** In plain words; an alarm of another release has its name alone. */
export function describeAlarm({ alarm, ...about }: About & { alarm: string }): AlarmText {
  if (isAlarmName(alarm)) return texts[alarm](about);
  return {
    title: [alarm, about.subject].filter(Boolean).join(": "),
    meaning: "Another release raised it and knows more of it.",
    next: [],
  };
}

function isAlarmName(name: string): name is AlarmName {
  return Object.hasOwn(texts, name);
}
