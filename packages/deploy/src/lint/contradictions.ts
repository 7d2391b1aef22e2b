import type { Tier } from "../bundle/tiers.ts";
import { finding, type Finding } from "./finding.ts";
import { environmentNamespace, secretsNamespace, type SetOption } from "./options/read.ts";

/** All that is set for one tier, in files and in its saved configuration. */
export class Settings {
  readonly all: readonly SetOption[];
  readonly #byName: Map<string, SetOption>;

  constructor(all: readonly SetOption[]) {
    this.all = all;
    this.#byName = new Map(all.map((set) => [`${set.namespace} ${set.option}`, set]));
  }

  find(namespace: string, option: string): SetOption | undefined {
    return this.#byName.get(`${namespace} ${option}`);
  }

  /** Undefined, too, where only the installation knows it. */
  value(namespace: string, option: string): string | undefined {
    const set = this.find(namespace, option);
    return set && !set.isOpen ? set.value : undefined;
  }

  number(namespace: string, option: string): number | undefined {
    const value = this.value(namespace, option);
    return value === undefined || value === "" ? undefined : Number(value);
  }
}

const group = "aws:autoscaling:asg";
const trigger = "aws:autoscaling:trigger";
const rolling = "aws:autoscaling:updatepolicy:rollingupdate";
const command = "aws:elasticbeanstalk:command";
const daemon = "aws:elasticbeanstalk:sqsd";
const managed = "aws:elasticbeanstalk:managedactions";
const environment = "aws:elasticbeanstalk:environment";

/** `less` must be below `more`; where one is not set it has the platform's default. */
type Order = {
  namespace: string;
  less: [string, number];
  more: [string, number];
  orEqual?: boolean;
};

const orders: readonly Order[] = [
  { namespace: group, less: ["MinSize", 1], more: ["MaxSize", 4], orEqual: true },
  { namespace: trigger, less: ["LowerThreshold", 2e6], more: ["UpperThreshold", 6e6] },
  { namespace: daemon, less: ["InactivityTimeout", 299], more: ["VisibilityTimeout", 300] },
  {
    namespace: `${environment}:process:default`,
    less: ["HealthCheckTimeout", 5],
    more: ["HealthCheckInterval", 15],
  },
];

const unitOf: Readonly<Record<string, string>> = {
  CPUUtilization: "Percent",
  TargetResponseTime: "Seconds",
  Latency: "Seconds",
  RequestCount: "Count",
  HealthyHostCount: "Count",
  UnhealthyHostCount: "Count",
  NetworkIn: "Bytes",
  NetworkOut: "Bytes",
};

/** Options that are right by themselves, and wrong together. */
export function checkContradictions(settings: Settings, tier: Tier): Finding[] {
  const found: Finding[] = [];
  const complain = (set: SetOption | undefined, message: string, cure: string) => {
    if (set) found.push(finding(set.at, message, cure));
  };

  for (const { namespace, less, more, orEqual = false } of orders) {
    const [low, high] = [less, more].map(([name, otherwise]) => ({
      name,
      set: settings.find(namespace, name),
      value: settings.number(namespace, name) ?? otherwise,
    }));
    if (!low || !high || low.set?.isOpen || high.set?.isOpen) continue;
    if (low.value < high.value || (orEqual && low.value === high.value)) continue;
    const relation = orEqual ? "at most" : "below";
    complain(
      low.set ?? high.set,
      `${low.name} (${low.value}) is not ${relation} ${high.name} (${high.value})`,
      "change one of them",
    );
  }

  const maxSize = settings.number(group, "MaxSize") ?? 4;
  const inService = settings.find(rolling, "MinInstancesInService");
  if (inService && Number(inService.value) >= maxSize)
    complain(
      inService,
      `${inService.value} instances in service of ${maxSize}`,
      "leave one to replace",
    );
  const batch = settings.find(command, "BatchSize");
  const isFixed = settings.value(command, "BatchSizeType") === "Fixed";
  const largest = isFixed ? maxSize : 100;
  if (batch && Number(batch.value) > largest)
    complain(batch, `a batch of ${batch.value} is more than ${largest}`, "write fewer");

  const breach = settings.find(trigger, "BreachDuration");
  const period = settings.number(trigger, "Period") ?? 5;
  const periods = settings.number(trigger, "EvaluationPeriods") ?? 1;
  if (breach && !breach.isOpen && Number(breach.value) !== period * periods)
    complain(
      breach,
      `BreachDuration is ${breach.value}, Period × EvaluationPeriods ${period * periods}`,
      `write ${period * periods}`,
    );
  const measure = settings.find(trigger, "MeasureName");
  const unit = unitOf[measure?.value ?? "NetworkOut"];
  if (measure && unit && (settings.value(trigger, "Unit") ?? "Bytes") !== unit)
    complain(measure, `${measure.value} is not counted in that Unit`, `write Unit: ${unit}`);
  if (tier === "worker" && measure && /Latency|Response|Request|HostCount/.test(measure.value))
    complain(
      measure,
      `${measure.value} needs a load balancer`,
      "a worker has none: measure CPU or queues",
    );

  const policy = settings.find(command, "DeploymentPolicy");
  if (tier === "worker" && policy?.value === "TrafficSplitting")
    complain(policy, "TrafficSplitting needs a load balancer", "write RollingWithAdditionalBatch");

  checkManagedUpdates(settings, complain);
  checkLoadBalancer(settings, complain);
  checkSecrets(settings, complain);
  return found;
}

type Complain = (set: SetOption | undefined, message: string, cure: string) => void;

function checkManagedUpdates(settings: Settings, complain: Complain): void {
  const enabled = settings.find(managed, "ManagedActionsEnabled");
  const start = settings.find(managed, "PreferredStartTime");
  const level = settings.find(`${managed}:platformupdate`, "UpdateLevel");
  if (enabled?.value === "true") {
    if (!start) complain(enabled, "managed updates have no time", "set PreferredStartTime");
    if (!level) complain(enabled, "managed updates have no level", "set UpdateLevel");
    const system = settings.value("aws:elasticbeanstalk:healthreporting:system", "SystemType");
    if (system === "basic")
      complain(enabled, "managed updates need enhanced health", "set SystemType to enhanced");
  } else {
    const cure = "set ManagedActionsEnabled to true";
    complain(start ?? level, "managed updates are described, and not enabled", cure);
  }
}

function checkLoadBalancer(settings: Settings, complain: Complain): void {
  const type = settings.find(environment, "LoadBalancerType");
  for (const set of settings.all) {
    const { namespace, option, value } = set;
    if (type?.value === "application" && namespace.startsWith("aws:elb:"))
      complain(set, `${namespace} is for classic load balancers`, "use aws:elbv2 or the process");
    const isListener = namespace.startsWith("aws:elbv2:listener:") && option === "Protocol";
    if (isListener && value === "HTTPS" && !settings.find(namespace, "SSLCertificateArns"))
      complain(
        set,
        "HTTPS without a certificate",
        "set SSLCertificateArns in the saved configuration",
      );
  }
}

const secretName = /(PASSWORD|SECRETS?|PRIVATE_KEY|TOKEN)$/;

/** Plain variables are shown by the console and by the API to whoever may look at the environment. */
function checkSecrets(settings: Settings, complain: Complain): void {
  for (const set of settings.all) {
    if (set.namespace !== environmentNamespace) continue;
    if (secretName.test(set.option))
      complain(
        set,
        `${set.option} would be readable by everybody`,
        `move it to ${secretsNamespace}`,
      );
    else if (settings.find(secretsNamespace, set.option))
      complain(set, `${set.option} is a secret, too`, "set it in one of the two namespaces");
  }
}
