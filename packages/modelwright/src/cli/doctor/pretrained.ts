import { BUILT_IN_MODELS } from "@modelwright/models";
import type { Finding } from "./finding.ts";

/** Loads every pretrained model that is installed, which compares its files with their digests. */
export async function checkPretrained(): Promise<Finding> {
  const problems: string[] = [];
  const names = BUILT_IN_MODELS.map(({ name }) => name);
  for (const model of BUILT_IN_MODELS) {
    await model.load().catch((error: unknown) => {
      problems.push(error instanceof Error ? error.message : String(error));
    });
  }
  const facts = { names: names.join(", "), intact: problems.length === 0 };
  if (problems.length === 0) {
    return { check: "pretrained", verdict: "ok", detail: `${names.join(", ")}: files as published`, facts };
  }
  const remedy = "Remove node_modules and install again.";
  return { check: "pretrained", verdict: "problem", detail: problems.join("; "), remedy, facts };
}
