import { channel } from "node:diagnostics_channel";

/**
 * The moments at which a dying process would leave the most behind. Proofs subscribe to `tendril:checkpoint`
 * (node:diagnostics_channel) and kill the process there; without a subscriber it costs nothing.
 */
export type Checkpoint =
  | "committed"
  | "sent"
  | "claimed"
  | "effect-done"
  | "finished"
  | "mail-sent"
  | "push-sent";

const passed = channel("tendril:checkpoint");

export function checkpoint(name: Checkpoint): void {
  if (passed.hasSubscribers) passed.publish(name);
}
