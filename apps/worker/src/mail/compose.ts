import { isEssentialMail, type EmailMessageRow, type UserRow } from "@tendril/database";
import { describeMails, unsubscribeToken, type UnsubscribeScope } from "@tendril/notifications";
import MailComposer from "nodemailer/lib/mail-composer";

import type { WorkerContext } from "../context.ts";
import type { Content } from "./content.ts";
import { alarm } from "./contents/alarm.ts";
import { contents } from "./contents/index.ts";
import { oneLine, withoutLinks } from "./plain-words.ts";
import { renderMail } from "./render.ts";
import type { RawMail } from "./ses.ts";

/** The whole message as it goes over the wire, HTML and text side by side; null when there is nothing to tell any more. */
export async function composeMail(
  context: WorkerContext,
  mail: EmailMessageRow,
  user: UserRow | null,
): Promise<RawMail | null> {
  const { mail: senders, publicUrl } = context.config;
  const content = await findContent(context, mail, user);
  if (!content) return null;
  const { subject, preheader, stops } = content;
  const from = isEssentialMail(mail.template) ? senders.fromEssential : senders.from;
  const stop = user && stops && stopLink(context, user, stops);
  const locals = {
    ...content.locals,
    subject,
    preheader,
    publicUrl,
    name: withoutLinks(oneLine(user?.displayName ?? "")),
    username: user?.username,
    stop: stop && { link: stop, scope: stops, mails: describeMails(stops) },
  };
  const composer = new MailComposer({
    from,
    to: recipientOf(mail),
    subject,
    html: renderMail(mail.template, "html", locals),
    text: renderMail(mail.template, "text", locals),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      ...(stop && unsubscribeHeaders(stop)),
    },
    // A mail is made of what is in this process: nothing is fetched for it, whatever somebody wrote.
    disableUrlAccess: true,
    disableFileAccess: true,
  });
  return {
    from,
    to: mail.recipient,
    bytes: await composer.compile().build(),
  };
}

/** To a person, or to operators. */
async function findContent(
  context: WorkerContext,
  mail: EmailMessageRow,
  user: UserRow | null,
): Promise<Content | null> {
  const { template } = mail;
  if (template === "alarm") return alarm(context, mail);
  return user && contents[template](context, mail, user);
}

function stopLink({ config }: WorkerContext, { id }: UserRow, scope: UnsubscribeScope): string {
  const token = unsubscribeToken(config.tokenSecrets, { userId: id, scope });
  return `${config.publicUrl}/unsubscribe?token=${token}`;
}

/** RFC 2369 and RFC 8058: mail programs show a button of their own, and post to the address. */
function unsubscribeHeaders(link: string): Record<string, string> {
  return {
    "List-Unsubscribe": `<${link}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

/** As an object it is one address, whatever is in it; as text it might be read as several. */
const recipientOf = ({ recipient }: EmailMessageRow) => ({ name: "", address: recipient });
