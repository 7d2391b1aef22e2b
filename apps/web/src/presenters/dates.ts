const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export type PresentedDate = { iso: string; text: string };

export function presentDay(date: Date): PresentedDate {
  return { iso: date.toISOString(), text: dayFormat.format(date) };
}
