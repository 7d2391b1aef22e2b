import { hostname } from "node:os";

const metadata = "http://169.254.169.254/latest";

/** The EC2 instance id by IMDSv2; the host name wherever there is no such service. */
export async function findInstanceId(): Promise<string> {
  try {
    const signal = AbortSignal.timeout(500);
    const token = await fetch(`${metadata}/api/token`, {
      method: "PUT",
      headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
      signal,
    });
    if (!token.ok) return hostname();
    const id = await fetch(`${metadata}/meta-data/instance-id`, {
      headers: { "x-aws-ec2-metadata-token": await token.text() },
      signal,
    });
    return id.ok ? await id.text() : hostname();
  } catch {
    return hostname();
  }
}
