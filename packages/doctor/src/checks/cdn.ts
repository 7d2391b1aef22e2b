import { connectStorage, storageConfig, storageVariables, type Storage } from "@tendril/storage";
import { readEnvironment, seconds, type Environment } from "@tendril/runtime";

import { fine, unknown, wrong, type Check, type Finding } from "../check.ts";
import { explainNetwork } from "../explain/network.ts";
import { unexpected } from "../explain/unexpected.ts";
import { checkWith } from "./readable.ts";
import { withTrialObject, type TrialObject } from "./trial-object.ts";

type Options = {
  /** What of the bucket the public sees, and this tier writes. */
  folder: "assets" | "photos";
  /** Where pages take their assets from. Null if that is not the CDN. */
  assetBaseUrl: string | null;
  /** Where those pages are; null for a tier without any. */
  pagesOf: string | null;
};

/** An address that the public reads. */
type Place = {
  url: URL;
  variable: string;
  /** Of the pages that run scripts from there; null where they only show pictures, or it is their own. */
  scriptsFor: string | null;
};

/** Puts one small object where the public may read, and reads it as the public does. */
export function checkCdn(environment: Environment, options: Options): Check {
  const read = () => storageConfig(readEnvironment(environment, storageVariables), 1);
  return checkWith("CDN", read, async (config) => {
    using storage = connectStorage(config);
    return look(storage, options);
  });
}

async function look(
  storage: Storage,
  { folder, assetBaseUrl, pagesOf }: Options,
): Promise<Finding[]> {
  let looking = false;
  try {
    return await withTrialObject(
      storage,
      folder,
      () => {},
      async (object) => {
        looking = true;
        const name = object.key.slice(folder.length);
        const photos = new URL(`${storage.cdnBaseUrl}/${object.key}`);
        const places: Place[] = [{ url: photos, variable: "CDN_BASE_URL", scriptsFor: null }];
        if (assetBaseUrl !== null) {
          const url = new URL(`${assetBaseUrl}${name}`);
          const scriptsFor = url.origin === pagesOf ? null : pagesOf;
          places.push({ url, variable: "ASSET_BASE_URL", scriptsFor });
        }
        return Promise.all(places.map((place) => fetchAsPublic(place, object)));
      },
    );
  } catch (error) {
    return [
      looking
        ? wrong(unexpected(error))
        : unknown(`not looked at: the bucket takes no file into ${folder}/ (see there)`),
    ];
  }
}

async function fetchAsPublic(
  { url, variable, scriptsFor }: Place,
  object: TrialObject,
): Promise<Finding> {
  const { hostname, protocol, host } = url;
  try {
    const headers = scriptsFor === null ? {} : { Origin: scriptsFor };
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(seconds(5)) });
    const text = await answer.text();
    if (answer.status !== 200 || !object.isThis(text))
      return wrong(explainAnswer(answer.status, host, variable));
    const allowed = answer.headers.get("access-control-allow-origin");
    if (scriptsFor !== null && allowed !== "*" && allowed !== scriptsFor)
      return wrong({
        says: `${host} gives no scripts to pages of ${scriptsFor}`,
        cure: "They are modules, which browsers take from another origin with CORS alone: give the distribution AWS's response headers policy SimpleCORS. Until then pages work as without JavaScript.",
      });
    return fine(`${host} gives what was put into the bucket`);
  } catch (error) {
    const port = Number(url.port) || (protocol === "https:" ? 443 : 80);
    const place = { what: "the CDN", host: hostname, port, variable };
    return wrong(explainNetwork(error, place) ?? unexpected(error));
  }
}

function explainAnswer(status: number, host: string, variable: string) {
  if (status === 403)
    return {
      says: `${host} may not read the bucket (403)`,
      cure: "The bucket's policy has to allow s3:GetObject to cloudfront.amazonaws.com for this distribution (AWS:SourceArn), and the distribution needs an origin access control that signs always. With a KMS key: kms:Decrypt, too.",
    };
  return {
    says: `${host} answers ${status} without what was put into the bucket`,
    cure: `Another bucket or an origin path is behind it, or ${variable} names another distribution.`,
  };
}
