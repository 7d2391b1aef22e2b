import { notificationKinds, type Digest, type NotificationKind } from "@tendril/database";
import { channels, type Channel } from "@tendril/notifications";

import { wishName, type Wish } from "./settings.ts";

const kindWords: Record<NotificationKind, { name: string; hint: string }> = {
  follow: { name: "Followers", hint: "Somebody follows you" },
  like: { name: "Likes", hint: "Somebody likes your photo" },
  comment: { name: "Comments", hint: "Somebody comments on your photo" },
  mention: { name: "Mentions", hint: "Somebody writes your name in a comment" },
  photos: { name: "New photos", hint: "People you follow share photos" },
  original: { name: "Originals", hint: "One that you asked for is back from the archive" },
  failed: { name: "Failed photos", hint: "One of yours could not be made ready" },
  mended: { name: "Mended photos", hint: "One that had failed is ready after all" },
  hidden: { name: "Hidden photos", hint: "The operators hid one of yours" },
};

const channelWords: Record<Channel, string> = { mail: "E-mail", push: "Push" };

const digestWords: Record<Digest, { name: string; hint: string }> = {
  off: { name: "Never", hint: "" },
  daily: { name: "Every day", hint: "At eight in the morning, when there is something new." },
  weekly: { name: "Every week", hint: "On Mondays at eight, when there is something new." },
};

export function presentWishes(wishes: readonly Wish[]) {
  return {
    columns: channels.map((channel) => channelWords[channel]),
    rows: notificationKinds.map((kind) => ({
      ...kindWords[kind],
      id: kind,
      boxes: channels.map((channel) => ({
        name: wishName(kind, channel),
        label: `${kindWords[kind].name}: ${channelWords[channel]}`,
        checked: wishes.some((it) => it.kind === kind && it.channel === channel && it.wanted),
      })),
    })),
  };
}

export function presentDigests(chosen: string) {
  return (["daily", "weekly", "off"] as const).map((value) => ({
    value,
    ...digestWords[value],
    checked: value === chosen,
  }));
}

const zones = Intl.supportedValuesOf("timeZone").filter((zone) => zone.includes("/"));
const regions = [...Map.groupBy(zones, (zone) => zone.slice(0, zone.indexOf("/")))];

/** By region, as the list is long. What a person has chosen is offered also under a name of another time. */
export function presentZones(chosen: string) {
  const group = (name: string, zones: readonly string[]) => ({
    name,
    options: zones.map((value) => ({
      value,
      text: value
        .slice(value.indexOf("/") + 1)
        .replaceAll("_", " ")
        .replaceAll("/", ", "),
      selected: value === chosen,
    })),
  });
  const known = zones.includes(chosen) || chosen === "" || chosen === "UTC";
  return [
    ...(known ? [] : [group("Your choice", [chosen])]),
    group("Universal", ["UTC"]),
    ...regions.map(([name, zones]) => group(name, zones)),
  ];
}
