// Usage: node check.mjs [version folder] <folder with transformers.js>; see README.md.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel, RandomSource, tensorFrom } from "@modelwright/engine";
import {
  buildDecoder,
  buildPrediction,
  classObjective,
  configJson,
  drawnParameters,
  givenOr,
  INFERENCE,
  resolvePretrained,
  resolvePretrainedDecoder,
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
const fixtures = join(repository, "test/parity/fixtures");
const encoders = join(fixtures, "encoders");
const decoders = join(fixtures, "decoders");
/** Tokens that a decoder writes on. */
const WRITTEN = 12;
const [given, peer] = process.argv.length > 3 ? process.argv.slice(2) : [undefined, process.argv[2]];

const {
  AutoModelForCausalLM,
  AutoModelForSequenceClassification,
  AutoModelForTokenClassification,
  AutoTokenizer,
  env,
  pipeline,
} = await import(
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
    for (const entry of await readdir(decoders, { withFileTypes: true }))
      if (entry.isDirectory()) await compare(await makeDecoder(entry.name, join(scratch, `${entry.name}-CausalLM`)));
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

/** The files of a version that writes texts, as `modelwright train` leaves them. */
async function makeDecoder(name, folder) {
  const loaded = await (await resolvePretrainedDecoder(`./${name}`, { baseDir: decoders })).load();
  const { decoder, tokenizerJson, tokenizerConfig } = loaded;
  const config = { architectures: [decoder.className], model_type: decoder.modelType, ...decoder.config };
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, "generation_config.json"), JSON.stringify({ eos_token_id: config.eos_token_id }));
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(tokenizerJson));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig));
  await writeFile(join(folder, "onnx/model.onnx"), encodeModel(buildDecoder(loaded).graph));
  return folder;
}

async function compare(folder) {
  env.localModelPath = dirname(folder);
  const [architecture] = JSON.parse(await readFile(join(folder, "config.json"), "utf8")).architectures;
  const head = Object.keys(HEADS).find((each) => architecture.endsWith(`For${each}`));
  const name = basename(folder);
  const tokenizers = {
    theirs: await AutoTokenizer.from_pretrained(name),
    ours: loadTokenizer(JSON.parse(await readFile(join(folder, "tokenizer.json"), "utf8"))),
  };
  const session = await runtime.createSession(await readFile(join(folder, "onnx/model.onnx")), { threads: 1 });
  const found = await (head === undefined ? compareDecoder : compareEncoder)(name, { head, session, tokenizers });
  session.release();
  const { kind, sameTokens, greatest, problem } = found;
  const isEqual = sameTokens && greatest <= TOLERANCE && problem === undefined;
  if (!isEqual) failures++;
  const words = `tokens ${sameTokens ? "equal" : "differ"}, logits to ${greatest.toExponential(1)}`;
  console.log(
    `${isEqual ? "ok" : "DIFFERENT"}  ${name} (${kind}): ${words}${problem === undefined ? "" : `; ${problem}`}`,
  );
}

async function compareEncoder(name, { head, session, tokenizers }) {
  const model = await HEADS[head].opens.from_pretrained(name, { dtype: "fp32", device: "cpu" });
  let greatest = 0;
  let sameTokens = true;
  for (const text of TEXTS) {
    const inputs = await tokenizers.theirs([text], { truncation: true });
    const theirs = await model(inputs);
    const ids = Array.from(tokenizers.ours.read(text, Number.MAX_SAFE_INTEGER));
    sameTokens &&= ids.join() === Array.from(inputs.input_ids.data, Number).join();
    const { logits } = await session.run({ input_ids: row(ids), attention_mask: row(ids.map(() => 1)) });
    greatest = Math.max(greatest, distance(logits.data, theirs.logits.data));
  }
  await model.dispose();
  return { kind: model.constructor.name, sameTokens, greatest };
}

/** The logits of each text, and what is written on: by transformers.js from its cache, here by reading everything anew each time. */
async function compareDecoder(name, { session, tokenizers }) {
  const model = await AutoModelForCausalLM.from_pretrained(name, { dtype: "fp32", device: "cpu" });
  const write = await pipeline("text-generation", name, { dtype: "fp32", device: "cpu" });
  const ends = new Set([model.generation_config?.eos_token_id ?? []].flat());
  const found = { kind: model.constructor.name, sameTokens: true, greatest: 0, problem: undefined };
  for (const text of TEXTS) {
    const inputs = await tokenizers.theirs([text]);
    const theirs = await model(inputs);
    const ids = Array.from(tokenizers.ours.read(text, Number.MAX_SAFE_INTEGER));
    found.sameTokens &&= ids.join() === Array.from(inputs.input_ids.data, Number).join();
    const logits = await readAnew(session, ids);
    const read = theirs.logits.data.length;
    found.greatest = Math.max(found.greatest, distance(logits.slice(-read), theirs.logits.data));
    const theirIds = await model.generate({
      ...inputs,
      max_new_tokens: WRITTEN,
      min_new_tokens: WRITTEN,
      do_sample: false,
    });
    const written = Array.from(theirIds.data, Number).slice(ids.length);
    const ours = await writeAnew(session, ids, { count: written.length, ends });
    if (ours.join() !== written.join()) found.problem = `writes ${ours} after "${text}", and there ${written}`;
    const [{ generated_text: whole }] = await write(text, { max_new_tokens: WRITTEN, do_sample: false });
    if (typeof whole !== "string" || whole.length < text.length) found.problem = `the pipeline gives ${whole}`;
  }
  await model.dispose();
  return found;
}

/** Logits of all tokens. */
async function readAnew(session, ids) {
  const feeds = {
    input_ids: row(ids),
    attention_mask: row(ids.map(() => 1)),
    position_ids: row(ids.map((_, at) => at)),
    num_logits_to_keep: tensorFrom("int64", [], [0]),
  };
  for (const { name, shape } of session.inputs) {
    if (!name.startsWith("past_key_values.")) continue;
    feeds[name] = tensorFrom("float32", [1, shape[1], 0, shape[3]], []);
  }
  const wanted = Object.fromEntries(session.inputs.map(({ name }) => [name, feeds[name]]));
  const { logits } = await session.run(wanted);
  return logits.data;
}

/** The likeliest tokens, one after the other. No text ends before, as the peer is told too. */
async function writeAnew(session, given, { count, ends }) {
  const ids = [...given];
  const width = (await readAnew(session, ids)).length / ids.length;
  for (let written = 0; written < count; written++) {
    const scores = Array.from((await readAnew(session, ids)).slice(-width), (score, id) =>
      ends.has(id) ? -Infinity : score,
    );
    ids.push(scores.indexOf(Math.max(...scores)));
  }
  return ids.slice(given.length);
}

function row(ids) {
  return tensorFrom("int64", [1, ids.length], ids);
}

function distance(one, other) {
  return one.reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - other[i])), 0);
}
