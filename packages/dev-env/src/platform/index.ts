export { builtBundle } from "./built-bundle.ts";
export { openBalancer, type Answered, type Balancer } from "./balancer.ts";
export { DeploymentError } from "./deployment-error.ts";
export { createEnvironment, type Deployment, type PlayedEnvironment } from "./environment.ts";
export { openInstance, type Instance, type InstanceDeployment } from "./instance.ts";
export { openMachine, type Machine } from "./machine.ts";
