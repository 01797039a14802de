import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultRuntime, differentiate, optimize, RandomSource, type Tensor, tensor } from "@modelwright/engine";
import {
  buildLoss,
  buildTextEncoder,
  classObjective,
  drawnParameters,
  givenOr,
  LOSS_OUTPUT,
  type LoadedPretrained,
  type PretrainedModel,
  resolvePretrained,
  textModel,
} from "@modelwright/models";
import { startTestHub } from "@modelwright/models/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  gradientErrors,
  greatestDifference,
  ofTokens,
  parameterGradients,
  readExpected,
  tokenVectors,
} from "./encoder-oracle.ts";

// The small encoders of fixtures/encoders as exporters and quantisers write them (fixtures/make-onnx-encoders.py).
const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "modelwright-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));
const runtime = await defaultRuntime();

/** How far numbers may be from those of the model before it was quantised, and from the file in ONNX Runtime, which rounds activations. */
const ROUNDED: Readonly<Record<string, { readonly pytorch: number; readonly runtime: number }>> = {
  float16: { pytorch: 5e-3, runtime: 2e-2 },
  dynamic: { pytorch: 0.1, runtime: 0.15 },
  "per-channel": { pytorch: 0.1, runtime: 0.15 },
  qdq: { pytorch: 0.1, runtime: 0.15 },
  // Sixteen steps: what is left is the file's own.
  q4: { pytorch: 1, runtime: 1e-4 },
};
const EXACT = { pytorch: 1e-4, runtime: 1e-4 };

const SAID: Readonly<Record<string, string>> = {
  float16: "float16 is computed and trained as float32 (37 weights)",
  dynamic: "15 quantised weights are trained as float32",
  "per-channel": "15 quantised weights are trained as float32",
  qdq: "12 quantised weights are trained as float32",
  q4: "12 quantised weights are trained as float32",
};

/** Families of which exporters write what has an operator of its own here by many: rotary positions, distances in buckets. */
const OTHERWISE_WRITTEN: ReadonlySet<string> = new Set(["modernbert", "deberta-v3"]);

/** Nodes of the graph by which a classifier on an encoder is trained. */
function trainingNodes({ encoder, parameters }: LoadedPretrained): number {
  const model = textModel({ architecture: encoder, objective: classObjective({ classes: 4 }) });
  const source = givenOr(parameters, "", drawnParameters(RandomSource.fromSeed(1)));
  const { graph, parameters: trained } = buildLoss(model, { source, build: { trainable: () => true } });
  const names = [...trained.keys()];
  return optimize(differentiate(graph, { loss: LOSS_OUTPUT, parameters: names, byRows: true })).nodes.length;
}

/** A folder as Optimum lays it out, with the fixture's file. */
function laidOut(name: string): string {
  const place = join(folder, name);
  const [family = ""] = name.split(".");
  mkdirSync(join(place, "onnx"), { recursive: true });
  cpSync(join(fixtures, "encoders", family), place, {
    recursive: true,
    filter: (file) => !file.endsWith(".safetensors"),
  });
  const source = join(fixtures, "onnx-encoders", name);
  if (name.endsWith(".onnx")) cpSync(source, join(place, "onnx/model.onnx"));
  else cpSync(source, join(place, "onnx"), { recursive: true });
  return place;
}

describe.each(readdirSync(join(fixtures, "onnx-encoders")))("%s", (name) => {
  const [family = "", writer = ""] = basename(name, ".onnx").split(".");
  const expected = readExpected(join(fixtures, "encoders", family, "expected.safetensors"));
  const bounds = ROUNDED[writer] ?? EXACT;
  const vectors = expected.tensors.get("vectors")!.data as Float32Array;
  let place: string;
  let loaded: LoadedPretrained;
  let plain: LoadedPretrained;
  beforeAll(async () => {
    place = laidOut(name);
    loaded = await load(await resolvePretrained(place, { baseDir: "/" }));
    plain = await load(await resolvePretrained(join(fixtures, "encoders", family), { baseDir: "/" }));
  });

  test("gives PyTorch's vectors of tokens", async () => {
    expect(greatestDifference(await tokenVectors(loaded, expected), vectors)).toBeLessThan(bounds.pytorch);
  });

  test("gives what the file gives in ONNX Runtime", async () => {
    const file = new Uint8Array(readFileSync(join(place, "onnx/model.onnx")));
    // ONNX Runtime looks for external data where the process runs.
    if (writer === "external") return;
    const session = await runtime.createSession(file, { threads: 1 });
    const given = new Set(session.inputs.map((input) => input.name));
    const zeros = tensor("int64", expected.ids.shape, new BigInt64Array(expected.ids.data.length));
    const feeds = Object.entries({ ...expected.feeds, token_type_ids: zeros }).filter(([input]) => given.has(input));
    const outputs = await session.run(Object.fromEntries(feeds)).finally(() => session.release());
    const theirs = ofTokens(outputs[loaded.imported!.head.at] as Tensor, expected.mask);
    const ours = await tokenVectors(loaded, expected);
    expect(greatestDifference(ours, Float32Array.from(theirs))).toBeLessThan(bounds.runtime);
  });

  test.skipIf(writer === "q4")("has PyTorch's gradient of every weight", async () => {
    const errors = gradientErrors(await parameterGradients(loaded, expected), expected, loaded.names!);
    const bound = ROUNDED[writer] === undefined ? 1e-3 : bounds.pytorch;
    expect([...errors].filter(([, error]) => !(error < bound))).toEqual([]);
    expect(errors.size).toBeGreaterThan(20);
  });

  test.skipIf(writer === "fused")("calls every weight as the same model in safetensors is called", () => {
    expect([...loaded.parameters.keys()].sort()).toEqual([...plain.parameters.keys()].sort());
    for (const [key, { tensor }] of loaded.parameters)
      expect(tensor.shape).toEqual(plain.parameters.get(key)!.tensor.shape);
  });

  test("has weights that are at most a step from those before", () => {
    for (const [key, { tensor: ours }] of loaded.parameters) {
      const theirs = plain.parameters.get(key)?.tensor.data;
      if (theirs === undefined) continue;
      const range = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const steps = { float16: 1024, q4: 4 }[writer] ?? (ROUNDED[writer] === undefined ? 1e9 : 127);
      expect(greatestDifference(ours.data, theirs), key).toBeLessThanOrEqual((0.51 * range) / steps);
    }
  });

  test("tells its layers apart as the same model in safetensors does", () => {
    const layersOf = ({ encoder, parameters }: LoadedPretrained) => [
      ...new Set(buildTextEncoder({ architecture: encoder, parameters }).segments),
    ];
    expect(layersOf(loaded)).toEqual(layersOf(plain));
  });

  test.skipIf(OTHERWISE_WRITTEN.has(family) || writer === "fused")(
    "is trained by hardly more nodes than our own encoder",
    () => {
      expect(trainingNodes(loaded)).toBeLessThan(1.1 * trainingNodes(plain));
    },
  );

  test("says what was made of the file", () => {
    const { notes, head, layersBy } = loaded.imported!;
    expect(notes[0]).toBe(SAID[writer]);
    expect(layersBy).toBe("names");
    expect(head.pooling).toBe(plain.sentence!.pooling);
    expect(loaded.encoder).toMatchObject({
      modelType: plain.encoder.modelType,
      maxLength: plain.encoder.maxLength,
      vocabularySize: plain.encoder.vocabularySize,
      width: plain.encoder.width,
      padId: plain.encoder.padId,
    });
  });
});

test("a file comes from the hub with the data beside it, by links of the cache", async () => {
  const place = laidOut("bert.external");
  const commit = "c".repeat(40);
  const paths = ["config.json", "tokenizer.json", "onnx/model.onnx", "onnx/model.onnx_data"];
  const files = Object.fromEntries(paths.map((path) => [path, new Uint8Array(readFileSync(join(place, path)))]));
  const hub = await startTestHub({ "owner/bert": { commits: { [commit]: files }, branches: { main: commit } } });
  try {
    const context = { baseDir: folder, env: { HF_HOME: join(folder, "cache"), HF_ENDPOINT: hub.endpoint } };
    const fromHub = await load(await resolvePretrained("owner/bert", context));
    const fromFolder = await load(await resolvePretrained(place, context));
    expect(fromHub.parameters).toEqual(fromFolder.parameters);
    const named = await load(await resolvePretrained(`owner/bert@${commit}`, { ...context, file: "onnx/model.onnx" }));
    expect(named.sha256).toBe(fromHub.sha256);
  } finally {
    await hub.close();
  }
});

test("the ONNX file of a folder can be named, and one that is not there is refused with those that are", async () => {
  const place = laidOut("bert.optimum.onnx");
  cpSync(join(fixtures, "onnx-encoders/bert.float16.onnx"), join(place, "onnx/model_fp16.onnx"));
  const { imported } = await load(await resolvePretrained(place, { baseDir: "/", file: "onnx/model_fp16.onnx" }));
  expect(imported!.notes[0]).toBe(SAID["float16"]);
  await expect(resolvePretrained(place, { baseDir: "/", file: "onnx/model_q4.onnx" })).rejects.toMatchObject({
    code: "MODEL_FOLDER_INCOMPLETE",
    details: { problem: "it has no onnx/model_q4.onnx; there is onnx/model.onnx, onnx/model_fp16.onnx" },
  });
});

function load(model: PretrainedModel): Promise<LoadedPretrained> {
  return model.load();
}
