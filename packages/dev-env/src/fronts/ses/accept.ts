import { randomUUID } from "node:crypto";

import { readMessage, type Envelope } from "./message.ts";
import { type SendCall, SesRefusal } from "./query.ts";

const MAX_MESSAGE = 10 * 1024 * 1024;
const MAX_RECIPIENTS = 50;

const bare = (address: string) => /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address.trim();

export type Account = {
  /** Domains that are verified: SES sends from no other. */
  domains: readonly string[];
  /** The one configuration set that there is: it publishes to the topic. */
  configurationSet: string;
};

/** Throws what SES would refuse the call with. */
export function check(
  call: SendCall,
  sent: Envelope,
  { domains, configurationSet }: Account,
): void {
  if (sent.configurationSet !== undefined && sent.configurationSet !== configurationSet)
    throw new SesRefusal(
      "ConfigurationSetDoesNotExist",
      `Configuration set <${sent.configurationSet}> does not exist.`,
    );
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

/** To whom it goes and as what, by the call or else by the headers. */
export async function describe(call: SendCall): Promise<Envelope> {
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
