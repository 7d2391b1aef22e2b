/** What a test may have the local SES do; as it stands here it does what AWS does on a good day. */
export type SesBehaviour = {
  /** Calls to send in a second before SES asks to slow down. */
  maxSendRate: number;
  /** Milliseconds between taking a mail in, or refusing it for the rate, and saying so. */
  answerAfterMs: number;
  /** Breaks the connection of calls to send: before the mail is taken in, or between that and the answer. */
  breaks: "never" | "before accepting" | "after accepting";
  events: {
    delayMs: number;
    /** They never come. */
    lost: boolean;
    /** SNS and SQS deliver at least once. */
    copies: number;
  };
  /** What becomes of mails to an address that is none of the simulator's. */
  fates: Map<string, Fate>;
};

export type Fate =
  | "delivery"
  | "bounce"
  | "soft-bounce"
  | "delay"
  | "complaint"
  | "reject"
  | "none";

export function goodDay(maxSendRate: number): SesBehaviour {
  return {
    maxSendRate,
    answerAfterMs: 0,
    breaks: "never",
    events: { delayMs: 0, lost: false, copies: 1 },
    fates: new Map(),
  };
}

/** Addresses at simulator.amazonses.com, also with a label (`bounce+ida`): AWS has the same. */
const simulated: Readonly<Record<string, Fate>> = {
  success: "delivery",
  bounce: "bounce",
  complaint: "complaint",
  suppressionlist: "bounce",
};

export function fateOf(address: string, fates: SesBehaviour["fates"]): Fate {
  const [, box = ""] = /^([^+@]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address) ?? [];
  return simulated[box.toLowerCase()] ?? fates.get(address) ?? "delivery";
}

/** One second's worth of calls may come at once, then as many as there are fractions of it. */
export function createThrottle(now: () => number = () => performance.now()) {
  let spent = 0;
  let at = now();
  return {
    refused: 0,
    /** False when it is too much. */
    admit(perSecond: number): boolean {
      spent = Math.max(0, spent - ((now() - at) / 1_000) * perSecond);
      at = now();
      const fits = spent + 1 <= perSecond;
      if (fits) spent += 1;
      else this.refused += 1;
      return fits;
    },
  };
}
