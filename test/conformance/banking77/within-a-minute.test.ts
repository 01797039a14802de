import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CommandLine } from "../../e2e/command-line.ts";

const BANKING77 = fileURLToPath(new URL("../../../../shared/data/banking77/train.csv", import.meta.url));

test.skipIf(!existsSync(BANKING77))("in time, with a model not below TF-IDF", async () => {
  const shell = await CommandLine.inNewFolder();
  await shell.write(
    "banking.yaml",
    `name: banking\ntask: text-classification\ndata: { source: ${BANKING77}, columns: { label: category } }\n`,
  );
  const budget = ["--set", "train.budget=1m", "--set", "evaluate.bootstrap=200"];
  const { code, document } = await shell.json(["train", "banking.yaml", ...budget]);
  expect(code).toBe(0);
  const { metrics, baselines } = document as {
    metrics: Record<string, { value: number }>;
    baselines: Record<string, Record<string, { value: number }>>;
  };
  expect(metrics.f1Macro!.value).toBeGreaterThan(0.85);
  // The winner may be TF-IDF itself: then it is no baseline beside itself.
  expect(metrics.f1Macro!.value).toBeGreaterThanOrEqual((baselines.tfidf?.f1Macro?.value ?? 0) - 0.01);
  await shell.remove();
});
