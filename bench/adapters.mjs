// Many versions with adapters on one base: texts of all of them in common batches, beside texts of one version alone.
//
//   node bench/adapters.mjs [--adapters 64] [--apart 4] [--batch 32] [--words 4-24] [--seconds 20] [--threads N] [--folder DIR]
//
// The versions are a MiniLM-shaped encoder (6 layers 384 wide, a vocabulary of 4,000) with LoRA of rank 8 beside every
// linear layer and heads of 2 to 77 labels, all of random numbers. Batches of random texts, each for a version by chance,
// take turns with batches of one version: on the shared base, and by its whole graph, which has the adapter in its weights.
// Memory is that of processes of their own. Answers are held to those of whole graphs. A folder keeps the versions for
// another run; by default they are made anew (50 MB each) and removed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "./serving/requests.mjs";

const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);
const [{ loadVersion, SharedBase }, engine, models] = await Promise.all(["inference", "engine", "models"].map(built));

const { values: options } = parseArgs({
  options: {
    adapters: { type: "string", default: "64" },
    apart: { type: "string", default: "4" },
    batch: { type: "string", default: "32" },
    words: { type: "string", default: "4-24" },
    seconds: { type: "string", default: "20" },
    threads: { type: "string" },
    folder: { type: "string" },
    memory: { type: "string" },
  },
});
const threads = options.threads === undefined ? Math.min(4, cpus().length) : Number(options.threads);
const [adapters, apart, batch, seconds] = ["adapters", "apart", "batch", "seconds"].map((name) =>
  Number(options[name]),
);
const [fewest, most] = options.words.split("-").map(Number);

const VOCABULARY = 4000;
const MAX_LENGTH = 128;
const RANK = 8;

const architecture = models.bert({
  vocabularySize: VOCABULARY,
  width: 384,
  layers: 6,
  heads: 12,
  innerWidth: 1536,
  positions: 512,
  pooling: "mean",
});
const labelsOf = (member) => [2, 5, 20, 77][member % 4];

async function writeVersions(folder) {
  const settings = { rank: RANK, alpha: 16 };
  const targets = (layer, kind) => kind === "linear" && layer.startsWith("encoder.");
  const base = models.drawTextEncoder(architecture, engine.RandomSource.fromSeed(0));
  for (let member = 0; member < adapters; member++) {
    const model = models.textModel({
      architecture,
      objective: models.classObjective({ classes: labelsOf(member) }),
    });
    const random = engine.RandomSource.fromSeed(member + 1);
    const drawn = models.buildPrediction(model, {
      source: models.drawnParameters(random),
      build: { ...models.INFERENCE, adapters: { ...settings, targets } },
    }).parameters;
    const parameters = new Map(
      [...drawn].map(([name, parameter]) => {
        if (!name.endsWith(".lora_B")) return [name, base.get(name) ?? parameter];
        const data = parameter.tensor.data.map(() => random.normal() / 50);
        return [name, { ...parameter, tensor: { ...parameter.tensor, data } }];
      }),
    );
    const source = models.givenParameters(models.mergeAdapters(parameters, settings), "merged");
    const { graph } = models.buildPrediction(model, { source, build: models.INFERENCE });
    await writeVersion(folder, member, {
      "onnx/model.onnx": engine.encodeModel(graph),
      "onnx/adapter.onnx": engine.encodeModel(models.adapterGraph(parameters, settings)),
      "tokenizer.json": TOKENIZER,
    });
  }
}

const TOKENIZER = JSON.stringify({
  version: "1.0",
  added_tokens: [],
  pre_tokenizer: { type: "WhitespaceSplit" },
  model: {
    type: "WordLevel",
    unk_token: "w1",
    vocab: Object.fromEntries(Array.from({ length: VOCABULARY }, (_, id) => [`w${id}`, id])),
  },
});

async function writeVersion(folder, member, files) {
  const directory = join(folder, String(member));
  await mkdir(join(directory, "onnx"), { recursive: true });
  const listed = [];
  for (const [path, content] of Object.entries(files)) {
    await writeFile(join(directory, path), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    listed.push({ path, sha256, sizeBytes: content.length });
  }
  const manifest = {
    task: "text-classification",
    labels: Array.from({ length: labelsOf(member) }, (_, label) => `label ${label}`),
    preprocessing: { tokenizer: "tokenizer.json", maxLength: MAX_LENGTH, truncation: "end", padId: 0 },
    model: { base: "random", fineTune: "lora", parameters: 1, adapter: { kind: "lora", rank: RANK, alpha: 16 } },
    files: listed,
  };
  await writeFile(join(directory, "modelwright.json"), JSON.stringify(manifest));
}

async function versionsIn(folder, count) {
  return Promise.all(
    Array.from({ length: count }, async (_, member) => {
      const directory = join(folder, String(member));
      const manifest = JSON.parse(await readFile(join(directory, "modelwright.json"), "utf8"));
      return { key: `version-${member}:1`, directory, manifest };
    }),
  );
}

const loading = { threads, maxBatch: batch };
const loadAlone = ({ directory, manifest }) => loadVersion(directory, { ...loading, manifest, files: manifest.files });

let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const text = () =>
  Array.from({ length: fewest + random(most - fewest + 1) }, () => `w${2 + random(VOCABULARY - 2)}`).join(" ");
const textsOfBatch = () => Array.from({ length: batch }, text);

/** Resident memory of a process that has loaded versions, together or as whole graphs. */
async function printMemory(kind) {
  const versions = await versionsIn(options.folder, kind === "shared" ? adapters : apart);
  const held = kind === "shared" ? (await SharedBase.load(versions, loading)).base : [];
  if (kind === "apart") for (const version of versions) held.push(await loadAlone(version));
  for (const model of [held].flat()) await model.warmUp();
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc();
  console.log(process.memoryUsage.rss());
}

const memoryOf = (kind, folder) => {
  const args = ["--expose-gc", process.argv[1], ...process.argv.slice(2), "--folder", folder, "--memory", kind];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
};

async function measure(folder) {
  console.log(`${cpus()[0].model}, ${threads} threads, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`);
  if (!existsSync(join(folder, String(adapters - 1), "modelwright.json"))) await writeVersions(folder);
  const versions = await versionsIn(folder, adapters);
  const { base, apart: refused } = await SharedBase.load(versions, loading);
  if (base === undefined || refused.length > 0) throw new Error(`not shared: ${JSON.stringify(refused)}`);
  const alone = await loadAlone(versions.at(-1));
  await holdAnswers(base, versions);
  const WAYS = {
    "adapters by chance": async (texts) => {
      const items = texts.map((item) => ({ member: versions[random(adapters)].key, item }));
      await (await base.prepare(items)).run();
    },
    "one adapter": async (texts) => {
      await (await base.prepare(texts.map((item) => ({ member: versions.at(-1).key, item })))).run();
    },
    "a whole graph": async (texts) => {
      await alone.prepare(texts).run();
    },
  };
  for (const [name, size] of [
    ["batches", batch],
    ["lone texts", 1],
  ]) {
    const rates = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
    const end = performance.now() + seconds * 1000;
    for (let round = 0; round < 3 || performance.now() < end; round++) {
      const texts = textsOfBatch().slice(0, size);
      for (const [way, run] of Object.entries(WAYS)) {
        const start = performance.now();
        await run(texts);
        if (round > 1) rates[way].push((1000 * size) / (performance.now() - start));
      }
    }
    const ratio = (one, other) =>
      quantile(
        rates[one].map((rate, i) => rate / rates[other][i]),
        0.5,
      ).toFixed(2);
    console.log(`${name} of ${size}, ${rates["one adapter"].length} of each, medians:`);
    for (const way of Object.keys(WAYS))
      console.log(`  ${way.padEnd(20)} ${quantile(rates[way], 0.5).toFixed(1)} texts/s`);
    console.log(`  by chance / one adapter ${ratio("adapters by chance", "one adapter")}`);
    console.log(`  by chance / whole graph ${ratio("adapters by chance", "a whole graph")}`);
  }
  base.release();
  alone.release();
  const MIB = 2 ** 20;
  const shared = memoryOf("shared", folder);
  const whole = memoryOf("apart", folder);
  console.log(
    `memory: ${adapters} on one base ${(shared / MIB).toFixed(0)} MiB; ${apart} whole graphs ${(whole / MIB).toFixed(0)} MiB`,
  );
  console.log(`weights: ${(base.bytes.shared / MIB).toFixed(0)} MiB, not ${(base.bytes.apart / MIB).toFixed(0)} MiB`);
}

/** The largest difference between a version's answers on the base and by its whole graph, over some versions. */
async function holdAnswers(base, versions) {
  let largest = 0;
  for (const version of versions.slice(0, 4)) {
    const model = await loadAlone(version);
    const texts = textsOfBatch();
    const expected = await model.prepare(texts).run();
    const got = await (await base.prepare(texts.map((item) => ({ member: version.key, item })))).run();
    expected.forEach((row, i) => {
      row.forEach((value, label) => {
        largest = Math.max(largest, Math.abs(value - got[i][label]));
      });
    });
    model.release();
  }
  console.log(`largest difference of a probability ${largest.toExponential(1)}`);
  if (!(largest <= 1e-4)) throw new Error("answers differ");
}

if (options.memory !== undefined) await printMemory(options.memory);
else {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "modelwright-adapters-")));
  try {
    await measure(folder);
  } finally {
    if (options.folder === undefined) await rm(folder, { recursive: true });
  }
}
