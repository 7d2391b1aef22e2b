import { z } from "zod";

/** A call in the Query protocol of SES v1. */
export type SendCall = {
  action: "SendEmail" | "SendRawEmail";
  source: string | undefined;
  destinations: readonly string[];
  tags: Readonly<Record<string, string>>;
  configurationSet: string | undefined;
  raw: Buffer;
};

/** A refusal as SES words it. */
export class SesRefusal extends Error {
  override readonly name = "SesRefusal";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const action = z.enum(["SendEmail", "SendRawEmail"]);

function listed(parameters: URLSearchParams, prefix: string): string[] {
  const found: string[] = [];
  for (let n = 1; parameters.has(`${prefix}.member.${n}`); n += 1)
    found.push(parameters.get(`${prefix}.member.${n}`) ?? "");
  return found;
}

function readTags(parameters: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let n = 1; parameters.has(`Tags.member.${n}.Name`); n += 1)
    tags[parameters.get(`Tags.member.${n}.Name`) ?? ""] =
      parameters.get(`Tags.member.${n}.Value`) ?? "";
  return tags;
}

const encoded = (text: string) =>
  /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
const part = (type: string, text: string) =>
  `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`;

/** The message that SES makes of the simple form. */
function compose(parameters: URLSearchParams, to: readonly string[]): Buffer {
  const get = (name: string) => parameters.get(name);
  const text = get("Message.Body.Text.Data");
  const html = get("Message.Body.Html.Data");
  const parts = [
    ...(text === null ? [] : [part("text/plain", text)]),
    ...(html === null ? [] : [part("text/html", html)]),
  ];
  const boundary = "=_tendril";
  const headers = [
    `From: ${get("Source") ?? ""}`,
    `To: ${to.join(", ")}`,
    `Subject: ${encoded(get("Message.Subject.Data") ?? "")}`,
    `Date: ${new Date().toUTCString()}`,
    "MIME-Version: 1.0",
  ].join("\r\n");
  if (parts.length < 2) return Buffer.from(`${headers}\r\n${parts[0] ?? "\r\n"}`);
  const body = parts.map((each) => `--${boundary}\r\n${each}`).join("");
  return Buffer.from(
    `${headers}\r\nContent-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`,
  );
}

export function readCall(body: string): SendCall {
  const parameters = new URLSearchParams(body);
  const read = action.safeParse(parameters.get("Action"));
  if (!read.success)
    throw new SesRefusal(
      "InvalidAction",
      `Could not find operation ${parameters.get("Action")} for version 2010-12-01`,
    );
  const simple = ["To", "Cc", "Bcc"].flatMap((kind) =>
    listed(parameters, `Destination.${kind}Addresses`),
  );
  const data = parameters.get("RawMessage.Data");
  if (read.data === "SendRawEmail" && !data)
    throw new SesRefusal("InvalidParameterValue", "Missing required parameter RawMessage.Data");
  return {
    action: read.data,
    source: parameters.get("Source") ?? undefined,
    destinations: read.data === "SendEmail" ? simple : listed(parameters, "Destinations"),
    tags: readTags(parameters),
    configurationSet: parameters.get("ConfigurationSetName") ?? undefined,
    raw: data
      ? Buffer.from(data, "base64")
      : compose(parameters, listed(parameters, "Destination.ToAddresses")),
  };
}
