import type { Valid } from "./known.ts";

/** Says what a value would have to be; undefined when it is that. */
export function wrongValue(valid: Valid, value: string): string | undefined {
  switch (valid.type) {
    case "bool":
      return oneOf(["true", "false"], value);
    case "int":
      return /^-?\d+$/.test(value) ? outOfRange(valid, Number(value)) : "a whole number";
    case "number":
      return /^-?\d+(\.\d+)?$/.test(value) ? outOfRange(valid, Number(value)) : "a number";
    case "enum":
      return oneOf(valid.values ?? [], value);
    case "comma-list":
      return wrongList(valid, value);
    case "iso8601-duration":
      return wrongDuration(valid, value);
    case "json":
      return isJson(value) ? undefined : "JSON";
    default:
      return valid.pattern === undefined || new RegExp(valid.pattern).test(value)
        ? undefined
        : `a text like ${valid.pattern}`;
  }
}

function oneOf(values: readonly string[], value: string): string | undefined {
  return values.includes(value) ? undefined : values.join(" or ");
}

function outOfRange({ min, max }: Valid, value: number): string | undefined {
  const low = typeof min === "number" && value < min;
  const high = typeof max === "number" && value > max;
  return low || high ? `from ${min ?? "any"} to ${max ?? "any"}` : undefined;
}

function wrongList(valid: Valid, value: string): string | undefined {
  const { minItems = 1, maxItems = Infinity, maxLength = Infinity, values } = valid;
  const items = value.split(",").map((item) => item.trim());
  if (items.includes("")) return "a list with commas, without empty places";
  if (items.length < minItems || items.length > maxItems)
    return `a list of ${minItems} to ${maxItems}`;
  if (items.some((item) => item.length > maxLength))
    return `items of up to ${maxLength} characters`;
  return items.every((item) => values?.includes(item) ?? true)
    ? undefined
    : `a list of ${values?.join(", ")}`;
}

const duration = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/;

function secondsOf(value: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] = duration.exec(value) ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function wrongDuration({ min = "PT0S", max = "PT1H" }: Valid, value: string): string | undefined {
  if (!duration.test(value) || value === "PT") return "a duration like PT30M";
  const seconds = secondsOf(value);
  const outside = seconds < secondsOf(String(min)) || seconds > secondsOf(String(max));
  return outside ? `from ${min} to ${max}` : undefined;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
