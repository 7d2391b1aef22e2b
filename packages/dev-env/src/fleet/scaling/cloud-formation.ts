import type { BundleConfig } from "../../platform/config-files.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Carries out CloudFormation's functions in a value: a name stands for the resource itself,
 * and `AWS::NoValue` for nothing at all.
 */
export function evaluateFunctions(value: unknown, options: BundleConfig["options"]): unknown {
  const evaluate = (value: unknown) => evaluateFunctions(value, options);
  if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  const [[name, argument] = []] = Object.entries(value);
  switch (name) {
    case "Ref":
      return argument === "AWS::NoValue" ? undefined : argument;
    case "Fn::Join": {
      const [separator, parts] = Array.isArray(argument) ? argument : [];
      const joined = evaluate(parts);
      return Array.isArray(joined) ? joined.join(String(separator)) : undefined;
    }
    case "Fn::GetOptionSetting": {
      if (!isRecord(argument)) return undefined;
      const {
        Namespace = "aws:elasticbeanstalk:customoption",
        OptionName,
        DefaultValue,
      } = argument;
      return options.get(String(Namespace))?.[String(OptionName)] ?? evaluate(DefaultValue);
    }
    default:
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]) => [key, evaluate(inner)] as const)
          .filter(([, inner]) => inner !== undefined),
      );
  }
}
