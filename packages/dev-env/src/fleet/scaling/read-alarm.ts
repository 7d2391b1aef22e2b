import { z } from "zod";

import {
  type Alarm,
  comparisons,
  type Figure,
  missingDataTreatments,
  type Statistic,
} from "./alarm.ts";
import { parseExpression } from "./metric-math.ts";

const statistic = z.enum(["Average", "Maximum", "Minimum", "Sum"]);
const dimensions = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);
const metricQuery = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z
    .object({
      Stat: statistic,
      Period: z.coerce.number().positive(),
      Metric: z.object({ MetricName: z.string(), Dimensions: dimensions }),
    })
    .optional(),
  ReturnData: z.boolean().default(true),
});

const comparison = z.custom<Alarm["comparison"]>(
  (value) => typeof value === "string" && value in comparisons,
  `ComparisonOperator must be one of ${Object.keys(comparisons).join(", ")}`,
);

export const alarmProperties = z.object({
  AlarmDescription: z.string().optional(),
  AlarmActions: z.array(z.string()).default([]),
  ComparisonOperator: comparison,
  Threshold: z.coerce.number(),
  EvaluationPeriods: z.coerce.number().int().positive(),
  DatapointsToAlarm: z.coerce.number().int().positive().optional(),
  TreatMissingData: z.enum(missingDataTreatments).default("missing"),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Statistic: statistic.default("Average"),
  Period: z.coerce.number().positive().optional(),
  Metrics: z.array(metricQuery).default([]),
});
export type AlarmProperties = z.output<typeof alarmProperties>;

export function alarmOf(name: string, properties: AlarmProperties): Alarm {
  return {
    name,
    ...(properties.AlarmDescription !== undefined && { description: properties.AlarmDescription }),
    figure: figureOf(name, properties),
    comparison: properties.ComparisonOperator,
    threshold: properties.Threshold,
    evaluationPeriods: properties.EvaluationPeriods,
    datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
    treatMissingData: properties.TreatMissingData,
  };
}

/** In seconds, of all that it measures. */
export const periodsOf = ({ Period, Metrics }: AlarmProperties): number[] =>
  [Period, ...Metrics.map(({ MetricStat }) => MetricStat?.Period)].filter(
    (period) => period !== undefined,
  );

function figureOf(name: string, properties: AlarmProperties): Figure {
  const { MetricName, Statistic, Dimensions, Metrics } = properties;
  if (MetricName !== undefined) return figureOfMetric(MetricName, Statistic, Dimensions);
  const queries = new Map(Metrics.map((query) => [query.Id, query]));
  const partOf = (id: string, within: readonly string[]): Figure => {
    const query = queries.get(id);
    if (!query || within.includes(id))
      throw new Error(`${name}: "${id}" ${query ? "is computed from itself" : "is not there"}`);
    if (query.MetricStat) {
      const { Stat, Metric } = query.MetricStat;
      return figureOfMetric(Metric.MetricName, Stat, Metric.Dimensions);
    }
    const expression = parseExpression(query.Expression ?? "");
    const parts = expression.ids.map((part) => [part, partOf(part, [...within, id])] as const);
    return { expression, parts: new Map(parts) };
  };
  const [returned, ...others] = Metrics.filter(({ ReturnData }) => ReturnData);
  if (!returned || others.length > 0)
    throw new Error(`${name}: one of its metrics must have ReturnData`);
  return partOf(returned.Id, []);
}

function figureOfMetric(
  name: string,
  statistic: Statistic,
  of: z.output<typeof dimensions>,
): Figure {
  const queue = of.find(({ Name }) => Name === "QueueName")?.Value;
  return { metric: { name, statistic, ...(queue !== undefined && { queue }) } };
}
