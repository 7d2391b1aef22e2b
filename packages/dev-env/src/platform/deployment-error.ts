/** A deployment that did not come to its end, as the platform reports it: the step, why, and what it wrote. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
  readonly step: string;
  readonly output: string;

  constructor(step: string, why: string, output = "") {
    super(`${step}: ${why}${output ? `\n${output}` : ""}`);
    this.step = step;
    this.output = output;
  }
}
