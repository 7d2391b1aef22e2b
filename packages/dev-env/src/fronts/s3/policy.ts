import { z } from "zod";

import { accessDenied, S3Refusal } from "./error.ts";

type Condition = { kind: "eq" | "starts-with"; field: string; value: string; shown: string };

export type Policy = {
  expires: number;
  conditions: readonly Condition[];
  /** In bytes; S3's own limit for one POST where the policy sets none. */
  range: { min: number; max: number };
};

const LARGEST_POST = 5 * 1024 ** 3;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const document = z.object({ expiration: z.unknown(), conditions: z.unknown() });
const exact = z.record(z.string(), scalar);
const range = z.tuple([
  z.literal("content-length-range"),
  z.coerce.number().int().min(0),
  z.coerce.number().int().min(0),
]);
const match = z.tuple([
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(["eq", "starts-with"])),
  z.string().startsWith("$"),
  scalar,
]);

const invalid = (problem: string) =>
  new S3Refusal(400, "InvalidPolicyDocument", `Invalid Policy: ${problem}`);

function decode(base64: string): z.infer<typeof document> {
  try {
    return document.parse(JSON.parse(Buffer.from(base64, "base64").toString("utf8")));
  } catch {
    throw invalid("Invalid JSON.");
  }
}

function readCondition(condition: unknown): Condition {
  const listed = match.safeParse(condition);
  if (listed.success) {
    const [kind, name, value] = listed.data;
    return {
      kind,
      field: name.slice(1).toLowerCase(),
      value,
      shown: JSON.stringify([kind, name, value]),
    };
  }
  const simple = exact.safeParse(condition);
  const [only, ...more] = simple.success ? Object.entries(simple.data) : [];
  if (!only || more.length > 0)
    throw invalid(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    );
  const [name, value] = only;
  return {
    kind: "eq",
    field: name.toLowerCase(),
    value,
    shown: JSON.stringify(["eq", `$${name}`, value]),
  };
}

export function readPolicy(base64: string): Policy {
  const { expiration, conditions } = decode(base64);
  if (expiration === undefined) throw invalid("Policy missing expiration.");
  const expires =
    typeof expiration === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(expiration)
      ? Date.parse(expiration)
      : Number.NaN;
  if (Number.isNaN(expires)) throw invalid(`Invalid 'expiration' value: '${String(expiration)}'`);
  if (!Array.isArray(conditions)) throw invalid("Policy missing conditions.");
  const sizes = conditions.filter(
    (condition) => Array.isArray(condition) && condition[0] === "content-length-range",
  );
  const ranges = sizes.map((condition) => {
    const read = range.safeParse(condition);
    if (!read.success)
      throw invalid("Invalid content-length-range: must be two non-negative integers.");
    return { min: read.data[1], max: read.data[2] };
  });
  return {
    expires,
    conditions: conditions.filter((condition) => !sizes.includes(condition)).map(readCondition),
    range: {
      min: Math.max(0, ...ranges.map(({ min }) => min)),
      max: Math.min(LARGEST_POST, ...ranges.map(({ max }) => max)),
    },
  };
}

const EXEMPT = new Set([
  "policy",
  "x-amz-signature",
  "file",
  "signature",
  "awsaccesskeyid",
  "bucket",
]);

function holds({ kind, field, value }: Condition, actual: string): boolean {
  if (kind === "eq") return actual === value;
  // A list of content types: each must begin so.
  const parts = field === "content-type" ? actual.split(",").map((part) => part.trim()) : [actual];
  return parts.every((part) => part.startsWith(value));
}

/** Refuses a form that this policy does not allow. Field names are in lower case. */
export function checkForm(
  policy: Policy,
  form: ReadonlyMap<string, string>,
  bucket: string,
  now: number,
): void {
  if (now > policy.expires) throw accessDenied("Invalid according to Policy: Policy expired.");
  const fields = new Map([...form, ["bucket", bucket]]);
  for (const condition of policy.conditions) {
    if (!holds(condition, fields.get(condition.field) ?? ""))
      throw accessDenied(
        `Invalid according to Policy: Policy Condition failed: ${condition.shown}`,
      );
  }
  const named = new Set(policy.conditions.map(({ field }) => field));
  const extra = [...form.keys()].filter(
    (name) => !named.has(name) && !EXEMPT.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra.length > 0)
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
}
