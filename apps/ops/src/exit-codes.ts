/** What scripts go by. */
export const exitCodes = { fine: 0, problem: 1, wrongUse: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
