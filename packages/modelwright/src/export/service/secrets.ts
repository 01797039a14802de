import { randomBytes } from "node:crypto";
import type { Role } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";

/** Who asks the service, with the file that holds their key. */
const KEYS: readonly { readonly name: string; readonly file: string; readonly roles: readonly Role[] }[] = [
  { name: "client", file: "client.key", roles: ["predict"] },
  { name: "prometheus", file: "prometheus.key", roles: ["read"] },
];

/** Passwords of what stands beside the service in the Compose file. */
const PASSWORDS = ["database.password", "grafana.password"];

/**
 * Makes the service's keys in its registry, so that it asks every request for one, and passwords.
 * @returns What only the folder `secrets` has, by name of file.
 */
export async function makeSecrets(registry: string): Promise<Record<string, string>> {
  const opened = await openRegistry(registry);
  const secrets: Record<string, string> = {};
  try {
    for (const { name, file, roles } of KEYS) {
      const { token } = await opened.stores.keys.create({ name, roles });
      secrets[file] = token;
    }
  } finally {
    await opened.close();
  }
  for (const file of PASSWORDS) secrets[file] = randomBytes(24).toString("base64url");
  return secrets;
}
