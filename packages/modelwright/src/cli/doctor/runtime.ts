import { availableParallelism } from "node:os";
import {
  defaultRuntime,
  describeRuntimes,
  encodeModel,
  GraphBuilder,
  type ProviderDescription,
  RandomSource,
  tensor,
} from "@modelwright/engine";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { askChild } from "./ask-child.ts";
import type { CheckContext, Finding } from "./finding.ts";

const DOORS: Readonly<Record<string, string>> = {
  "onnxruntime-c": "its C API",
  "onnxruntime-node": "the onnxruntime-node package",
};

/** Which way leads to ONNX Runtime, and why not another. */
export async function checkRuntime(): Promise<Finding> {
  const runtimes = await describeRuntimes();
  const chosen = runtimes.find(({ problem }) => problem === undefined);
  const refused = runtimes.filter(({ problem }) => problem !== undefined);
  const reasons = refused.map(({ name, problem }) => `${name}: ${problem}`).join("; ");
  if (chosen === undefined) {
    return {
      check: "ONNX Runtime",
      verdict: "problem",
      detail: reasons,
      remedy: "Remove node_modules and install again, optional dependencies included; Linux needs glibc, macOS arm64.",
      facts: { available: false, reasons },
    };
  }
  const version = chosen.version ?? "unknown";
  const facts = { available: true, runtime: chosen.name, version, ...(reasons === "" ? {} : { reasons }) };
  const preferred = runtimes[0] === chosen;
  const detail = `${version} through ${DOORS[chosen.name] ?? chosen.name}`;
  if (preferred) return { check: "ONNX Runtime", verdict: "ok", detail: `${detail} (the fastest way)`, facts };
  return {
    check: "ONNX Runtime",
    verdict: "note",
    detail: `${detail}, because ${reasons}`,
    remedy: "It works, more slowly; remove node_modules and install again to get the C API.",
    facts,
  };
}

/** Where a model can be trained and run, and with `--verbose` why not elsewhere. A machine without a GPU is a good machine. */
export async function checkProviders({ verbose }: CheckContext): Promise<Finding> {
  // The built file, from sources as well: a process does not share the loader of the one that starts it.
  const { answer, problem, said } = await askChild(
    new URL("../../../dist/cli/doctor/probe-providers.js", import.meta.url),
  );
  const drivers = verbose && said.length > 0 ? ["drivers say:", ...said.map((line) => `  ${plainText(line)}`)] : [];
  if (problem !== undefined) {
    return {
      check: "providers",
      verdict: "problem",
      detail: [`${problem} while it looked for them`, ...drivers].join("\n"),
      remedy: "A driver ends what uses it: modelwright doctor --verbose shows what it says; update or remove it.",
      facts: { problem },
    };
  }
  const providers = answer as readonly ProviderDescription[];
  const available = providers.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  const missing = providers.filter(({ problem }) => problem !== undefined);
  const reasons = missing.map(({ name, problem, remedy }) => `no ${name}: ${problem}. ${remedy ?? ""}`);
  const hint = missing.length === 0 ? "" : `; no ${missing.map(({ name }) => name).join(", no ")} (--verbose says why)`;
  return {
    check: "providers",
    verdict: available.includes("cpu") ? "ok" : "problem",
    detail: verbose ? [available.join(", "), ...reasons, ...drivers].join("\n") : `${available.join(", ")}${hint}`,
    ...(available.includes("cpu") ? {} : { remedy: "Remove node_modules and install again." }),
    facts: Object.fromEntries(providers.map(({ name, problem }) => [name, problem ?? "available"])),
  };
}

const SIZE = 1024;
const MEASURE_MS = 600;
const LEAST_RUNS = 5;

/** Multiplies real matrices: the speed that bounds training. */
export async function checkMatrixProduct(): Promise<Finding> {
  const runtime = await defaultRuntime();
  const builder = new GraphBuilder({ name: "matrix-product" });
  const shape = [SIZE, SIZE] as const;
  const product = builder.op("MatMul", [builder.input("a", "float32", shape), builder.input("b", "float32", shape)]);
  builder.output(product, "product");
  const session = await runtime.createSession(encodeModel(builder.build()));
  try {
    const random = RandomSource.fromSeed(1);
    const matrix = () =>
      tensor(
        "float32",
        shape,
        Float32Array.from({ length: SIZE * SIZE }, () => random.uniform() - 0.5),
      );
    const feeds = { a: matrix(), b: matrix() };
    const { product: result } = await session.run(feeds);
    const exact = isProduct(feeds.a.data, feeds.b.data, result!.data as Float32Array);
    let best = Number.POSITIVE_INFINITY;
    const until = performance.now() + MEASURE_MS;
    for (let run = 0; run < LEAST_RUNS || performance.now() < until; run++) {
      const start = performance.now();
      await session.run(feeds);
      best = Math.min(best, performance.now() - start);
    }
    const gflops = (2 * SIZE ** 3) / best / 1e6;
    const threads = availableParallelism();
    const facts = { gflops: Math.round(gflops * 10) / 10, size: SIZE, threads, exact };
    const detail = `${gflops.toFixed(0)} GFLOP/s (float32, ${SIZE} × ${SIZE}, ${counted(threads, "thread")})`;
    if (exact) return { check: "matrix product", verdict: "ok", detail, facts };
    const remedy = "Remove node_modules and install again; if it stays so, do not trust this machine's results.";
    return { check: "matrix product", verdict: "problem", detail: `${detail}, and the result is wrong`, remedy, facts };
  } finally {
    session.release();
  }
}

/** Compares some entries with sums in double precision. */
function isProduct(a: Float32Array, b: Float32Array, product: Float32Array): boolean {
  for (let entry = 0; entry < 64; entry++) {
    const row = (entry * 389) % SIZE;
    const column = (entry * 769) % SIZE;
    let sum = 0;
    for (let k = 0; k < SIZE; k++) sum += a[row * SIZE + k]! * b[k * SIZE + column]!;
    if (!(Math.abs(sum - product[row * SIZE + column]!) < 1e-3)) return false;
  }
  return true;
}
