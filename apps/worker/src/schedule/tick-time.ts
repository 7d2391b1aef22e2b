import { BadRequestError, days, minutes } from "@tendril/runtime";
import { z } from "zod";

/** The clocks of the instance that fired and of this one differ by less. */
const aheadMs = minutes(10);

/** No message lives longer; and by then the row may be gone that says whether the tick has had its effect. */
const oldestMs = days(14);

const iso = z.iso.datetime({ offset: true });
/** As the daemon writes it into its message; some releases may pass it on like that. */
const asSent = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/;

/** When a tick was to fire, in whole minutes, from the daemon's header. */
export function readTickTime(header: string | undefined, now: Date): Date {
  const text = (header ?? "").replace(asSent, "$1T$2Z");
  const time = iso.safeParse(text).success ? new Date(text) : undefined;
  if (!time || Number.isNaN(time.getTime())) {
    throw new BadRequestError(
      "X-Aws-Sqsd-Scheduled-At must be a time such as 2026-11-21T03:20:00Z.",
    );
  }
  const ahead = time.getTime() - now.getTime();
  if (ahead > aheadMs) {
    throw new BadRequestError(`It is ${now.toISOString()} here: that time has not come.`);
  }
  if (ahead < -oldestMs) {
    throw new BadRequestError(`It is ${now.toISOString()} here: that time is too long ago.`);
  }
  time.setUTCSeconds(0, 0);
  return time;
}
