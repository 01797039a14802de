// Usage: node check.mjs [version folder] <folder with transformers.js>; see README.md.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel, RandomSource, tensorFrom } from "@modelwright/engine";
import {
  buildPrediction,
  classObjective,
  configJson,
  drawnParameters,
  givenOr,
  INFERENCE,
  resolvePretrained,
  textModel,
  tokenTagger,
} from "@modelwright/models";

const TOLERANCE = 1e-4;
const TEXTS = [
  "I lost my card, and now the app does not let me in.",
  "Where is it?",
  "Zahlung über 12,50 € — naïve Frage 😀",
];
const LABELS = ["first", "second", "third"];
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const encoders = join(repository, "test/parity/fixtures/encoders");
const [given, peer] = process.argv.length > 3 ? process.argv.slice(2) : [undefined, process.argv[2]];

const { AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer, env } = await import(
  pathToFileURL(createRequire(join(resolve(peer), "package.json")).resolve("@huggingface/transformers")).href
);
env.allowRemoteModels = false;
/** What can stand on an encoder: how it is built, and what opens it there. */
const HEADS = {
  SequenceClassification: {
    labels: LABELS,
    definition: (architecture) => textModel({ architecture, objective: classObjective({ classes: LABELS.length }) }),
    opens: AutoModelForSequenceClassification,
  },
  TokenClassification: {
    labels: ["O", "B-PER", "I-PER"],
    definition: (architecture) => tokenTagger({ architecture, labels: 1 }),
    opens: AutoModelForTokenClassification,
  },
};
const runtime = await defaultRuntime();
let failures = 0;

if (given !== undefined) await compare(resolve(given));
else {
  const scratch = await mkdtemp(join(tmpdir(), "transformers-js-"));
  try {
    for (const entry of await readdir(encoders, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      for (const head of Object.keys(HEADS)) {
        await compare(await makeVersion(entry.name, { folder: join(scratch, `${entry.name}-${head}`), head }));
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
process.exitCode = failures === 0 ? 0 : 1;

/** The files of a version of which the head was drawn, not trained. */
async function makeVersion(name, { folder, head }) {
  const { encoder, parameters, tokenizerJson } = await (
    await resolvePretrained(`./${name}`, { baseDir: encoders })
  ).load();
  const source = givenOr(parameters, name, drawnParameters(RandomSource.fromSeed(1)));
  const { labels, definition } = HEADS[head];
  const { graph } = buildPrediction(definition(encoder), { source, build: INFERENCE });
  await mkdir(join(folder, "onnx"), { recursive: true });
  const tokenizerConfig = { tokenizer_class: "PreTrainedTokenizerFast", model_max_length: encoder.maxLength };
  const config = configJson({ architecture: encoder, labels, head, padId: encoder.padId });
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig));
  await writeFile(join(folder, "onnx/model.onnx"), encodeModel(graph));
  return folder;
}

async function compare(folder) {
  env.localModelPath = dirname(folder);
  const name = basename(folder);
  const [architecture] = JSON.parse(await readFile(join(folder, "config.json"), "utf8")).architectures;
  const { opens } = Object.entries(HEADS).find(([head]) => architecture.endsWith(`For${head}`))[1];
  const model = await opens.from_pretrained(name, { dtype: "fp32", device: "cpu" });
  const theirTokenizer = await AutoTokenizer.from_pretrained(name);
  const ourTokenizer = loadTokenizer(JSON.parse(await readFile(join(folder, "tokenizer.json"), "utf8")));
  const session = await runtime.createSession(await readFile(join(folder, "onnx/model.onnx")), { threads: 1 });
  let greatest = 0;
  let sameTokens = true;
  for (const text of TEXTS) {
    const inputs = await theirTokenizer([text], { truncation: true });
    const theirs = await model(inputs);
    const ids = Array.from(ourTokenizer.read(text, Number.MAX_SAFE_INTEGER));
    sameTokens &&= ids.join() === Array.from(inputs.input_ids.data, Number).join();
    const { logits } = await session.run({
      input_ids: tensorFrom("int64", [1, ids.length], ids),
      attention_mask: tensorFrom(
        "int64",
        [1, ids.length],
        ids.map(() => 1),
      ),
    });
    logits.data.forEach((value, i) => {
      greatest = Math.max(greatest, Math.abs(value - theirs.logits.data[i]));
    });
  }
  session.release();
  await model.dispose();
  const isEqual = sameTokens && greatest <= TOLERANCE;
  if (!isEqual) failures++;
  const kind = model.constructor.name;
  console.log(
    `${isEqual ? "ok" : "DIFFERENT"}  ${name} (${kind}): tokens ${sameTokens ? "equal" : "differ"}, logits to ${greatest.toExponential(1)}`,
  );
}
