import { createHash } from "node:crypto";
import type { PreparedData } from "./prepared-data.ts";

/** SHA-256 of all rows in order, one JSON array of id, text, label and group a line, each split under its name. */
export function rowsDigest(splits: Pick<PreparedData, "train" | "validation" | "test">): string {
  const hash = createHash("sha256");
  for (const name of ["train", "validation", "test"] as const) {
    hash.update(`${name}\n`);
    for (const { id, text, label, group } of splits[name]) {
      hash.update(`${JSON.stringify([id, text, label, group ?? null])}\n`);
    }
  }
  return hash.digest("hex");
}
