import type { Message } from "@aws-sdk/client-sqs";

import type { SqsdSettings } from "./settings.ts";

/** What the daemon says to the app about one message. */
export type AppRequest = { path: string; headers: Record<string, string>; body: string };

const ours = "beanstalk.sqsd.";
const userAgent = "aws-sqsd/3.0.4";

/** ISO 8601 in UTC, to the second. */
const iso = (time: Date) => time.toISOString().replace(/\.\d+Z$/, "Z");
const isoOfMillis = (text = "0") => iso(new Date(Number(text)));

/** The attributes that make a message one of a timed task. */
export function describeTick(path: string, task: string, at: Date) {
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  return {
    [`${ours}path`]: attribute(path),
    [`${ours}task_name`]: attribute(task),
    [`${ours}scheduled_time`]: attribute(iso(at).replace("T", " ").replace("Z", " UTC")),
  };
}

export function requestFor(message: Message, queue: string, settings: SqsdSettings): AppRequest {
  const { MessageId = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const own = (name: string) => MessageAttributes[`${ours}${name}`]?.StringValue;
  const [path, task, scheduled] = [own("path"), own("task_name"), own("scheduled_time")];
  const others = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined || name.startsWith(ours)
      ? []
      : [[`X-Aws-Sqsd-Attr-${name}`, StringValue] as const],
  );
  return {
    path: path ?? settings.HttpPath,
    headers: {
      "User-Agent": userAgent,
      "Content-Type": settings.MimeType,
      "X-Aws-Sqsd-Msgid": MessageId,
      "X-Aws-Sqsd-Queue": queue,
      "X-Aws-Sqsd-First-Received-At": isoOfMillis(Attributes.ApproximateFirstReceiveTimestamp),
      "X-Aws-Sqsd-Receive-Count": Attributes.ApproximateReceiveCount ?? "1",
      "X-Aws-Sqsd-Sent-At": isoOfMillis(Attributes.SentTimestamp),
      "X-Aws-Sqsd-Sender-Id": Attributes.SenderId ?? "",
      ...Object.fromEntries(others),
      ...(path === undefined ? {} : { "X-Aws-Sqsd-Path": path }),
      ...(task === undefined ? {} : { "X-Aws-Sqsd-Taskname": task }),
      ...(scheduled === undefined
        ? {}
        : { "X-Aws-Sqsd-Scheduled-At": scheduled.replace(" UTC", "Z").replace(" ", "T") }),
    },
    // The text of a tick's message is for people who look into the queue.
    body: task === undefined ? Body : "",
  };
}
