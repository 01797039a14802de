import { createHash } from "node:crypto";

/** SHA-256 of what Helm renders of a chart: of all its files but those that it only copies. */
export function chartDigest(files: Readonly<Record<string, string>>): string {
  const rendered = Object.entries(files).filter(([path]) => !path.startsWith("files/"));
  return createHash("sha256").update(JSON.stringify(rendered)).digest("hex");
}
