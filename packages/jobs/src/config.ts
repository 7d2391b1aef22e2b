import { variable, type Values } from "@tendril/runtime";

export const queueVariables = {
  AWS_REGION: variable.text(),
  /** SQS allows 80 characters in a queue's name; what we add has up to 12 (`-mail-events`). */
  QUEUE_PREFIX: variable
    .text()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, "may hold letters, digits, - and _, up to 60"),
};

export type QueueConfig = { region: string; prefix: string };

export function queueConfig(values: Values<typeof queueVariables>): QueueConfig {
  return { region: values.AWS_REGION, prefix: values.QUEUE_PREFIX };
}
