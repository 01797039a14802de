// Usage: node written-texts.mjs <folder with transformers.js>; see README.md.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { encodeModel } from "@modelwright/engine";
import { buildSourceEncoder, buildTargetDecoder, resolvePretrainedEncoderDecoder } from "@modelwright/models";

const MOST_TOKENS = 12;
const models = fileURLToPath(new URL("../../parity/fixtures/encoder-decoders", import.meta.url));
const { env, pipeline } = await import(
  pathToFileURL(createRequire(join(resolve(process.argv[2]), "package.json")).resolve("@huggingface/transformers")).href
);
env.allowRemoteModels = false;

let failures = 0;
const scratch = await mkdtemp(join(tmpdir(), "transformers-js-"));
try {
  env.localModelPath = scratch;
  for (const entry of await readdir(models, { withFileTypes: true })) {
    if (entry.isDirectory()) await compare(entry.name);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

/** What the pipeline writes with our graphs, beside what transformers in Python writes with the weights. */
async function compare(name) {
  const { sources, decoded } = JSON.parse(await readFile(join(models, name, "generated.json"), "utf8"));
  const loaded = await (await resolvePretrainedEncoderDecoder(`./${name}`, { baseDir: models })).load();
  await cp(join(models, name), join(scratch, name), { recursive: true });
  await mkdir(join(scratch, name, "onnx"));
  const graphs = { encoder_model: buildSourceEncoder(loaded), decoder_model_merged: buildTargetDecoder(loaded) };
  for (const [file, { graph }] of Object.entries(graphs)) {
    await writeFile(join(scratch, name, `onnx/${file}.onnx`), encodeModel(graph));
  }
  const write = await pipeline("text2text-generation", name, { dtype: "fp32", device: "cpu" });
  for (const [row, source] of sources.entries()) {
    const [{ generated_text: text }] = await write(source, { max_new_tokens: MOST_TOKENS });
    const isEqual = text === decoded[row];
    if (!isEqual) failures++;
    console.log(
      `${isEqual ? "ok" : "DIFFERENT"}  ${name}: ${JSON.stringify(text)}, Python ${JSON.stringify(decoded[row])}`,
    );
  }
  await write.dispose();
}
