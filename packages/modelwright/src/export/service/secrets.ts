import { randomBytes } from "node:crypto";
import type { Role } from "@modelwright/contracts";
import type { Actor, Registry } from "@modelwright/registry";

/** Who asks the service, with the file that holds their key. */
const KEYS: readonly { readonly name: string; readonly file: string; readonly roles: readonly Role[] }[] = [
  { name: "client", file: "client.key", roles: ["predict"] },
  { name: "prometheus", file: "prometheus.key", roles: ["read"] },
];

/** Of what stands beside the service in the Compose files. */
const PASSWORDS = ["database.password", "store.password", "queue.password", "grafana.password"];

/** What lies in the folder `secrets`. */
export const SECRET_FILES: readonly string[] = [...KEYS.map(({ file }) => file), ...PASSWORDS];

/** Who made the keys, for the service's own record of who changed what: whoever gets it need not know who exported it. */
const EXPORTER: Actor = { kind: "user", name: "modelwright export", from: "export" };

/**
 * Makes the service's keys in its registry, so that it asks every request for one, and passwords.
 * @returns What only the folder `secrets` has, by name of file.
 */
export async function makeSecrets({ stores: { keys } }: Registry): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const { name, file, roles } of KEYS) {
    const { token } = await keys.create({ name, roles }, EXPORTER);
    secrets[file] = token;
  }
  for (const file of PASSWORDS) secrets[file] = randomBytes(24).toString("base64url");
  return secrets;
}
