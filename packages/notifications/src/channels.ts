import { channels, type Channel, type NotificationKind, type Preference } from "@tendril/database";

export { channels, type Channel };

/** What holds until a person says otherwise. Likes are many and can wait until one looks. */
const unwanted: Partial<Record<NotificationKind, readonly Channel[]>> = {
  like: ["mail"],
};

export function isWantedByDefault(kind: NotificationKind, channel: Channel): boolean {
  return !unwanted[kind]?.includes(channel);
}

/** What the person said about it, else what holds by default. */
export function isWanted(
  preferences: readonly Preference[],
  kind: NotificationKind,
  channel: Channel,
): boolean {
  const said = preferences.find((said) => said.kind === kind && said.channel === channel);
  return said?.wanted ?? isWantedByDefault(kind, channel);
}
