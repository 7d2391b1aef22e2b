/** What scripts go by; 130 is what shells know for Ctrl-C. */
export const exitCodes = { fine: 0, problem: 1, wrongUse: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ctrl-C at a question. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}
