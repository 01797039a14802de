// An adapter on a small model of each family, trained by a recipe and put onto transformers' model by PEFT: node families.mjs PYTHON      (README.md)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { train } from "modelwright";

const [, , python = "python3"] = process.argv;
const MODELS = fileURLToPath(new URL("../../parity/fixtures/encoders/", import.meta.url));
const LABELS = ["red", "green", "blue"];

const folder = mkdtempSync(join(tmpdir(), "modelwright-peft-"));
let status = 1;
try {
  const rows = Array.from({ length: 90 }, (_, i) => `note ${i} is about ${LABELS[i % 3]} things,${LABELS[i % 3]}`);
  const source = join(folder, "notes.csv");
  writeFileSync(source, `text,label\n${rows.join("\n")}\n`);
  const registry = join(folder, "registry");
  const pairs = [];
  for (const entry of readdirSync(MODELS, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const base = join(MODELS, entry.name);
    const { name, version } = await train(
      {
        name: entry.name,
        task: "text-classification",
        data: { source, clean: { duplicates: "keep" } },
        model: { base, fineTune: "lora" },
        train: { epochs: 1 },
        evaluate: { baselines: [], bootstrap: 100 },
      },
      { registry },
    );
    pairs.push([base, join(registry, "models", name, String(version), "adapter")]);
  }
  const script = fileURLToPath(new URL("families.py", import.meta.url));
  writeFileSync(join(folder, "pairs.json"), JSON.stringify(pairs));
  const options = { stdio: "inherit" };
  status = spawnSync(python, [script, join(folder, "pairs.json"), String(LABELS.length)], options).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status;
