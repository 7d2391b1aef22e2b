import { complaints, type Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";

/** Options of another kind of load balancer, and listeners that lack what their protocol needs. */
export function checkLoadBalancer(settings: Settings): Finding[] {
  const { found, complain } = complaints();
  const type = settings.value("aws:elasticbeanstalk:environment", "LoadBalancerType");
  for (const set of settings.all) {
    const { namespace, option, value } = set;
    if (type === "application" && namespace.startsWith("aws:elb:")) {
      const cure = "use aws:elbv2 or the process";
      complain(set, `${namespace} is for classic load balancers`, cure);
    }
    const isListener = namespace.startsWith("aws:elbv2:listener:") && option === "Protocol";
    if (isListener && value === "HTTPS" && !settings.find(namespace, "SSLCertificateArns")) {
      const cure = "set SSLCertificateArns in the saved configuration";
      complain(set, "HTTPS without a certificate", cure);
    }
  }
  return found;
}
