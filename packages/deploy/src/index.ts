export { buildBundle, type Bundle, type BundleOptions } from "./bundle/bundle.ts";
export { architectures, hostArchitecture, type Architecture } from "./bundle/architecture.ts";
export { tiers, type Tier } from "./bundle/tiers.ts";
export { unzip } from "./bundle/unzip.ts";
export { describeFinding, type Finding } from "./lint/finding.ts";
export { lintDeploy, type LintGround } from "./lint/lint.ts";
export { platformNginx } from "./lint/nginx.ts";
export type { AppVariables } from "./lint/variables.ts";
export { lintBundle } from "./lint/bundle/lint-bundle.ts";
