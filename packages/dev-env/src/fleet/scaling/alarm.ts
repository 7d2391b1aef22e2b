import type { Expression, Value } from "./metric-math.ts";

export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum";
/** One of CloudWatch's figures of a group. `queue` is the queue's name, where it is one of a queue. */
export type Metric = { name: string; statistic: Statistic; queue?: string };
/** What was measured in the period that just ended; undefined when nothing was. */
export type Measured = (metric: Metric) => Value;

export type Figure =
  | { metric: Metric }
  | { expression: Expression; parts: ReadonlyMap<string, Figure> };

export function valueOf(figure: Figure, measured: Measured): Value {
  if ("metric" in figure) return measured(figure.metric);
  return figure.expression.evaluate((id) => {
    const part = figure.parts.get(id);
    return part && valueOf(part, measured);
  });
}

export function partsOf(figure: Figure, measured: Measured): ReadonlyMap<string, Value> {
  if ("metric" in figure) return new Map();
  return new Map([...figure.parts].map(([id, part]) => [id, valueOf(part, measured)]));
}

export const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};
export type Comparison = keyof typeof comparisons;

export const missingDataTreatments = ["missing", "ignore", "breaching", "notBreaching"] as const;

export type Alarm = {
  name: string;
  description?: string;
  figure: Figure;
  comparison: Comparison;
  threshold: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  treatMissingData: (typeof missingDataTreatments)[number];
};

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/**
 * As CloudWatch judges the last `evaluationPeriods` points, oldest first.
 * @NOTE With points missing CloudWatch looks back further, and says nowhere how far: here it does not.
 */
export function judge(alarm: Alarm, points: readonly Value[], before: AlarmState): AlarmState {
  const { comparison, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  const present = points.slice(-evaluationPeriods).filter((value) => value !== undefined);
  const breaching = present.filter((value) => comparisons[comparison](value, threshold)).length;
  const missing = evaluationPeriods - present.length;
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (breaching + missing < datapointsToAlarm) return "OK";
  // From here on it hangs on what is missing.
  switch (treatMissingData) {
    case "breaching":
      return "ALARM";
    case "notBreaching":
      return "OK";
    case "ignore":
      return before;
    case "missing":
      if (present.length === 0) return "INSUFFICIENT_DATA";
      return breaching === present.length ? "ALARM" : "OK";
  }
}
