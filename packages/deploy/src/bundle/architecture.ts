/** As Elastic Beanstalk names them (option SupportedArchitectures). */
export const architectures = ["arm64", "x86_64"] as const;
export type Architecture = (typeof architectures)[number];

/** As Node and npm packages name them. */
export const cpuOf: Record<Architecture, string> = { arm64: "arm64", x86_64: "x64" };

export function hostArchitecture(): Architecture {
  return process.arch === "arm64" ? "arm64" : "x86_64";
}
