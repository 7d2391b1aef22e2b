const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export type PresentedDate = { iso: string; text: string };

export function presentDay(date: Date): PresentedDate {
  return { iso: date.toISOString(), text: dayFormat.format(date) };
}

/** To the minute, by the person's clock if it is known. */
export function presentTime(date: Date, timeZone: string | null): PresentedDate {
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: timeZone ?? "UTC",
    timeZoneName: "short",
  });
  return { iso: date.toISOString(), text: format.format(date) };
}

const agoFormat = new Intl.RelativeTimeFormat("en-GB");

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** For what is talked about while it is new: `2 hours ago`, and the day once a week has passed. */
export function presentMoment(date: Date, now: Date): PresentedDate {
  const { iso, text: day } = presentDay(date);
  const seconds = (now.getTime() - date.getTime()) / 1_000;
  if (seconds >= 7 * 86_400) return { iso, text: day };
  const unit = units.find(([, size]) => seconds >= size);
  return {
    iso,
    text: unit ? agoFormat.format(-Math.floor(seconds / unit[1]), unit[0]) : "just now",
  };
}
