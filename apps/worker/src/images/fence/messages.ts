import { acceptedTypes, photoFailures } from "@tendril/storage/accepted";
import { z } from "zod";

/** What the child is asked: to make of the file at `path` the variants, written to `directory`. */
export type PhotoRequest = { path: string; directory: string };

const variant = z.object({
  name: z.string().regex(/^w\d+\.(webp|jpg)$/),
  contentType: z.enum(["image/webp", "image/jpeg"]),
  width: z.int().positive(),
  height: z.int().positive(),
  bytes: z.int().positive(),
});

const processed = z.object({
  contentType: z.enum(acceptedTypes),
  width: z.int().positive(),
  height: z.int().positive(),
  takenAt: z.date().nullable(),
  placeholder: z.string().max(200),
  variants: z.array(variant).min(1),
});

const usage = z.object({ residentBytes: z.number(), computedMs: z.number() });

const fault = z.object({ name: z.string(), message: z.string(), stack: z.string().optional() });

/** What a child says. It has read a stranger's file, so that it is believed no more than this. */
export const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("awake") }),
  /** Where the system does not show it to the parent. */
  z.object({ kind: z.literal("usage"), usage }),
  z.object({ kind: z.literal("processed"), image: processed }),
  z.object({ kind: z.literal("unreadable"), reason: z.enum(photoFailures), fault }),
  z.object({ kind: z.literal("failed"), fault }),
]);
export type Answer = z.input<typeof answerSchema>;
export type Fault = z.output<typeof fault>;
