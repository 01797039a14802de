import { createHash } from "node:crypto";
import type { ModelManifest } from "@modelwright/contracts";

const digests = new WeakMap<ModelManifest, string>();

/** Names what a version computes, wherever it lies: a SHA-256 of its manifest, which has those of its files. */
export function versionDigest(manifest: ModelManifest): string {
  let digest = digests.get(manifest);
  if (digest === undefined) {
    digest = createHash("sha256").update(JSON.stringify(manifest)).digest("base64");
    digests.set(manifest, digest);
  }
  return digest;
}
