// Usage: node check.mjs PYTHON <folder with transformers.js> [version folder]; see README.md.
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadVersion } from "@modelwright/inference";
import { train } from "modelwright";

const TOLERANCE = 1e-4;
const TEXTS = [
  "I lost my card, and now the app does not let me in.",
  "Where is it?",
  "Zahlung über 12,50 € — naïve Frage 😀",
];
const [python, peer, given] = process.argv.slice(2);
const encoders = fileURLToPath(new URL("../../parity/fixtures/encoders", import.meta.url));
const { pipeline, env } = await import(
  pathToFileURL(createRequire(join(resolve(peer), "package.json")).resolve("@huggingface/transformers")).href
);
env.allowRemoteModels = false;
let failures = 0;

if (given !== undefined) await compare(resolve(given), basename(resolve(given)));
else {
  const scratch = await mkdtemp(join(tmpdir(), "sentence-vectors-"));
  try {
    const rows = ["parcel", "invoice", "password"].flatMap((thing) =>
      ["Where is", "I lost", "What about", "Please send"].map(
        (asked) => `${asked} my ${thing}?,All about the ${thing}`,
      ),
    );
    await writeFile(join(scratch, "pairs.csv"), `text,positive\n${rows.join("\n")}\n`);
    for (const entry of await readdir(encoders, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const { directory } = await train(
        {
          name: entry.name,
          task: "embedding",
          data: { source: join(scratch, "pairs.csv"), clean: { duplicates: "exact" } },
          model: { base: join(encoders, entry.name), maxLength: 16 },
          train: { epochs: 1, threads: 1 },
          evaluate: { baselines: [], bootstrap: 100 },
        },
        { registry: join(scratch, "registry") },
      );
      await compare(directory, entry.name);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
process.exitCode = failures === 0 ? 0 : 1;

async function compare(folder, name) {
  const model = await loadVersion(folder, { threads: 1 });
  const ours = await model.embed(TEXTS);
  model.release();
  const inPython = JSON.parse(
    execFileSync(python, [fileURLToPath(new URL("encode.py", import.meta.url)), folder, JSON.stringify(TEXTS)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 26,
    }),
  );
  report(`${name} in sentence-transformers`, ours, inPython);
  const pooling = JSON.parse(await readFile(join(folder, "1_Pooling/config.json"), "utf8"));
  const named = { mean: pooling.pooling_mode_mean_tokens, cls: pooling.pooling_mode_cls_token };
  const mode = Object.keys(named).find((each) => named[each]);
  if (mode === undefined) return;
  const modules = JSON.parse(await readFile(join(folder, "modules.json"), "utf8"));
  const normalize = modules.some(({ type }) => type.endsWith(".Normalize"));
  env.localModelPath = dirname(folder);
  const extract = await pipeline("feature-extraction", basename(folder), { dtype: "fp32", device: "cpu" });
  const inBrowser = (await extract(TEXTS, { pooling: mode, normalize })).tolist();
  await extract.dispose();
  report(`${name} in transformers.js`, ours, inBrowser);
}

function report(what, ours, theirs) {
  let greatest = 0;
  for (const [i, vector] of ours.entries()) {
    vector.forEach((value, k) => {
      greatest = Math.max(greatest, Math.abs(value - theirs[i][k]));
    });
  }
  const isEqual = greatest <= TOLERANCE;
  if (!isEqual) failures++;
  console.log(
    `${isEqual ? "ok" : "DIFFERENT"}  ${what}: ${ours[0].length} numbers each, to ${greatest.toExponential(1)}`,
  );
}
