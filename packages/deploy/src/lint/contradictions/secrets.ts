import { complaints, type Finding } from "../finding.ts";
import { environmentNamespace, secretsNamespace } from "../options/read.ts";
import type { Settings } from "../settings.ts";

const secretName = /(PASSWORD|SECRETS?|PRIVATE_KEY|TOKEN)$/;

/** Plain variables are shown by the console and by the API to whoever may look at the environment. */
export function checkSecrets(settings: Settings): Finding[] {
  const { found, complain } = complaints();
  for (const set of settings.all) {
    const { namespace, option } = set;
    if (namespace !== environmentNamespace) continue;
    if (secretName.test(option))
      complain(set, `${option} would be readable by everybody`, `move it to ${secretsNamespace}`);
    else if (settings.find(secretsNamespace, option))
      complain(set, `${option} is a secret, too`, "set it in one of the two namespaces");
  }
  return found;
}
