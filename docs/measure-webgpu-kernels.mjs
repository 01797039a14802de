// Runs the cases of every operator on ONNX Runtime's WebGPU execution provider, holds the values against the float64 reference, and writes
// down which of them ran there, by ONNX Runtime's own profile. Run after onnxruntime-node was updated, on a machine with an adapter:
// npx tsc -b && node docs/measure-webgpu-kernels.mjs [webgpu | cuda]
// On CUDA the values are checked, and nothing is written.
// Debian's chromium brings one in software: VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultRuntime, encodeModel, OPERATORS } from "../packages/engine/dist/index.js";
import { allclose, evaluateWithStrings, forwardGraph, fromReference } from "../packages/engine/dist/testing/index.js";
import { OPERATOR_CASES } from "../packages/engine/dist/testing/operator-cases/index.js";

const [executionProvider = "webgpu"] = process.argv.slice(2);
const TOLERANCE = { relative: 2e-3, absolute: 1e-5 };

const runtime = await defaultRuntime();
const folder = mkdtempSync(join(tmpdir(), "modelwright-webgpu-"));
let runs = 0;

/** Runs a case; whether nothing of it ran on the CPU. A value that is not the reference's belongs into `faults.ts`. */
async function ranThere({ graph, feeds, outputs }) {
  const prefix = `case-${runs++}_`;
  const options = { threads: 1, executionProvider, profile: join(folder, prefix) };
  const session = await runtime.createSession(encodeModel(graph), options);
  const tensors = Object.fromEntries(graph.inputs.map(({ name }) => [name, fromReference(feeds[name])]));
  const results = await session.run(tensors, outputs, { strings: true }).finally(() => session.release());
  const expected = evaluateWithStrings(graph, feeds);
  for (const name of outputs) {
    const { isClose, message } = allclose(results[name], expected.get(name), TOLERANCE);
    if (!isClose) throw new Error(`${name} is wrong: ${message}`);
  }
  // The release, which writes the profile, takes its turn.
  await new Promise((resolve) => setImmediate(resolve));
  const file = readdirSync(folder).find((name) => name.startsWith(prefix));
  const events = JSON.parse(readFileSync(join(folder, file), "utf8"));
  return !events.some(({ cat, args }) => cat === "Node" && args.provider === "CPUExecutionProvider");
}

const rows = [];
const faults = [];
for (const opType of Object.keys(OPERATORS).sort()) {
  const ran = [];
  for (const example of OPERATOR_CASES[opType].filter(({ referenceOnly }) => referenceOnly !== true)) {
    try {
      ran.push(await ranThere(forwardGraph(opType, example)));
    } catch (error) {
      faults.push(`${opType}, ${example.name}: ${error.message}`);
    }
  }
  rows.push([opType, ran.every(Boolean) ? "all" : ran.some(Boolean) ? "some" : "none"]);
}
rmSync(folder, { recursive: true });
if (faults.length > 0) throw new Error([`Wrong on ${executionProvider}:`, ...faults].join("\n"));
console.log(`${runs} cases have the reference's values on ${executionProvider}`);
if (executionProvider !== "webgpu") process.exit();

const source = `// Written by docs/measure-webgpu-kernels.mjs; run that instead of changing this.
import type { OperatorName } from "../../ops/table.ts";

/** Of an operator's cases, those that ran on WebGPU itself. */
export type KernelCoverage = "all" | "some" | "none";

/** ONNX Runtime ${runtime.version()} on ${process.platform} ${process.arch}; an operator that is not here was not tried. */
export const WEBGPU_KERNELS: Readonly<Partial<Record<OperatorName, KernelCoverage>>> = ${JSON.stringify(Object.fromEntries(rows))};
`;
const target = fileURLToPath(new URL("../packages/engine/src/runtime/webgpu/kernels.ts", import.meta.url));
const formatter = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
const args = [formatter, "format", `--stdin-file-path=${target}`];
writeFileSync(target, execFileSync(process.execPath, args, { input: source, encoding: "utf8" }));
