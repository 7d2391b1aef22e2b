import {
  digests,
  findPreferences,
  findUserById,
  notificationKinds,
  saveDigestSettings,
  setPreference,
  transaction,
  type Digest,
  type NotificationKind,
} from "@tendril/database";
import { channels, isTimeZone, isWanted, type Channel } from "@tendril/notifications";
import { SignInRequiredError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";

export type Wish = { kind: NotificationKind; channel: Channel; wanted: boolean };

export type NotificationSettings = {
  wishes: Wish[];
  digest: Digest;
  timeZone: string | null;
  email: string;
  emailVerified: boolean;
};

/** A checkbox that is not ticked is not sent: what is missing is not wanted. */
const checkbox = z.literal("on").optional().catch(undefined);

/** Of a checkbox in the form. */
export const wishName = (kind: NotificationKind, channel: Channel): string => `${kind}.${channel}`;

export const settingsForm = z
  .object({
    digest: z.enum(digests, "Choose how often the digest should come."),
    time_zone: z
      .string("Choose a time zone.")
      .trim()
      .refine(
        (zone) => zone === "" || isTimeZone(zone),
        "There is no such time zone. Choose one from the list.",
      ),
  })
  .catchall(z.unknown())
  .transform(({ digest, time_zone, ...boxes }) => ({
    digest,
    timeZone: time_zone === "" ? null : time_zone,
    wishes: wishesIn(boxes),
  }));

export type SettingsForm = z.output<typeof settingsForm>;

/** What the boxes of a form say, also of one that is not right otherwise. */
export function wishesIn(boxes: Readonly<Record<string, unknown>>): Wish[] {
  return notificationKinds.flatMap((kind) =>
    channels.map((channel) => ({
      kind,
      channel,
      wanted: checkbox.parse(boxes[wishName(kind, channel)]) !== undefined,
    })),
  );
}

export async function findSettings(
  { db }: WebContext,
  userId: number,
): Promise<NotificationSettings> {
  const [user, preferences] = await Promise.all([
    findUserById(db, userId),
    findPreferences(db, userId),
  ]);
  if (!user) throw new SignInRequiredError();
  const { digest, timeZone, email, emailVerifiedAt } = user;
  const wishes = notificationKinds.flatMap((kind) =>
    channels.map((channel) => ({ kind, channel, wanted: isWanted(preferences, kind, channel) })),
  );
  return { wishes, digest, timeZone, email, emailVerified: emailVerifiedAt !== null };
}

export async function saveSettings(
  { db }: WebContext,
  userId: number,
  { wishes, digest, timeZone }: SettingsForm,
): Promise<void> {
  await transaction(db, async (tx) => {
    const before = await findPreferences(tx, userId);
    // Only what differs is written down: who never chose follows the defaults, also when those change.
    const changed = wishes.filter(
      ({ kind, channel, wanted }) => isWanted(before, kind, channel) !== wanted,
    );
    for (const { kind, channel, wanted } of changed)
      await setPreference(tx, userId, kind, channel, wanted);
    await saveDigestSettings(tx, userId, { digest, timeZone });
  });
}
