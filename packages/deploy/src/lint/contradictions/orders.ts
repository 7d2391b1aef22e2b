import { finding, type Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";

/** `less` must be below `more`; where one is not set it has the platform's default. */
type Order = {
  namespace: string;
  less: [string, number];
  more: [string, number];
  orEqual?: boolean;
};

const orders: readonly Order[] = [
  {
    namespace: "aws:autoscaling:asg",
    less: ["MinSize", 1],
    more: ["MaxSize", 4],
    orEqual: true,
  },
  {
    namespace: "aws:autoscaling:trigger",
    less: ["LowerThreshold", 2e6],
    more: ["UpperThreshold", 6e6],
  },
  {
    namespace: "aws:elasticbeanstalk:sqsd",
    less: ["InactivityTimeout", 299],
    more: ["VisibilityTimeout", 300],
  },
  {
    namespace: "aws:elasticbeanstalk:environment:process:default",
    less: ["HealthCheckTimeout", 5],
    more: ["HealthCheckInterval", 15],
  },
];

export function checkOrders(settings: Settings): Finding[] {
  return orders.flatMap(({ namespace, less, more, orEqual = false }) => {
    const [low, high] = [less, more].map(([name, otherwise]) => ({
      name,
      set: settings.find(namespace, name),
      value: settings.number(namespace, name) ?? otherwise,
    }));
    const set = low?.set ?? high?.set;
    if (!low || !high || !set || low.set?.isOpen || high.set?.isOpen) return [];
    if (low.value < high.value || (orEqual && low.value === high.value)) return [];
    const relation = orEqual ? "at most" : "below";
    const message = `${low.name} (${low.value}) is not ${relation} ${high.name} (${high.value})`;
    return [finding(set.at, message, "change one of them")];
  });
}
