import type { NotificationKind } from "@tendril/database";

/** Ways besides the gallery itself, where everything is told. */
export const channels = ["mail", "push"] as const;
export type Channel = (typeof channels)[number];

/** What holds until a person says otherwise. Likes are many and can wait until one looks. */
const unwanted: Partial<Record<NotificationKind, readonly Channel[]>> = {
  like: ["mail"],
};

export function isWantedByDefault(kind: NotificationKind, channel: Channel): boolean {
  return !unwanted[kind]?.includes(channel);
}
