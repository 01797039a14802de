import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const built = (name) => import(new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href);

/** Registers the Universal Sentence Encoder lite under a fresh head of 77 labels. */
export async function registerFreshModel(directory, name) {
  const [{ parseRecipe }, engine, models, { openRegistry }] = await Promise.all(
    ["contracts", "engine", "models", "registry"].map(built),
  );
  const labels = Array.from({ length: 77 }, (_, i) => `intent ${i}`);
  const loaded = await models.BUILT_IN_MODELS[0].load();
  const { encoder: architecture, parameters: pretrained, tokenizerJson } = loaded;
  const random = engine.RandomSource.fromSeed(7);
  const objective = models.classObjective({ classes: labels.length });
  const source = models.givenOr(pretrained, "pretrained parameters", models.drawnParameters(random));
  const { graph, parameters } = models.buildPrediction(models.textModel({ architecture, objective }), {
    source,
    build: models.INFERENCE,
  });

  const registry = await openRegistry({ directory });
  const recipe = parseRecipe({ name, task: "text-classification", data: { source: "none.csv" } });
  const digest = "0".repeat(64);
  const run = await registry.createRun({ recipe, recipeSha256: digest, experiment: name, seed: 7, environment: {} });
  const stagingDirectory = join(directory, "bench-staging");
  await mkdir(join(stagingDirectory, "onnx"), { recursive: true });
  await writeFile(join(stagingDirectory, "onnx", "model.onnx"), engine.encodeModel(graph));
  await writeFile(join(stagingDirectory, "tokenizer.json"), JSON.stringify(tokenizerJson));
  const ids = { dtype: "int64", shape: [-1, -1] };
  await registry.registerVersion({
    name,
    runId: run.id,
    stagingDirectory,
    describe: (version) => ({
      format: 1,
      name,
      version,
      task: "text-classification",
      createdAt: new Date().toISOString(),
      runId: run.id,
      labels,
      signature: {
        input: "text",
        output: "label-probabilities",
        tensors: {
          inputs: [
            { name: "input_ids", ...ids },
            { name: "attention_mask", ...ids },
          ],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
      model: { base: "use-lite-en", fineTune: "none", parameters: models.countParameters(parameters) },
      metrics: {},
      lineage: { recipeSha256: digest, dataSha256: digest, trainRows: 0, validationRows: 0, testRows: 0, seed: 7 },
    }),
  });
  await registry.close();
}
