export { buildBundle, type Bundle, type BundleOptions } from "./bundle/bundle.ts";
export { architectures, hostArchitecture, type Architecture } from "./bundle/architecture.ts";
export { tiers, type Tier } from "./bundle/tiers.ts";
export { unzip } from "./bundle/unzip.ts";
