import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultRuntime, encodeModel, RandomSource, tensor, tensorFrom } from "@modelwright/engine";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildTextEncoder } from "../../architectures/text-encoder.ts";
import { resolvePretrained } from "../resolve-pretrained.ts";
import { writeSafetensors } from "../write-safetensors.ts";

const bert = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders/bert", import.meta.url));
const TYPE = "sentence_transformers.models";
const BEFORE = [
  { path: "", type: `${TYPE}.Transformer` },
  { path: "1_Pooling", type: `${TYPE}.Pooling` },
];
const DENSE = { path: "2_Dense", type: `${TYPE}.Dense` };
const NORMALIZE = { path: "3_Normalize", type: `${TYPE}.Normalize` };
const OUTPUTS = 5;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sentence-dense-"));
  await cp(bert, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const load = async () => (await resolvePretrained(folder, { baseDir: "/" })).load();
const writeModules = (modules: readonly object[]) => writeFile(join(folder, "modules.json"), JSON.stringify(modules));

/** The vector of one text. */
async function vector(): Promise<number[]> {
  const { encoder, parameters } = await load();
  const { graph } = buildTextEncoder({ architecture: encoder, parameters });
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
  const { embedding } = await session.run({
    input_ids: tensorFrom("int64", [1, 5], [2, 9, 14, 30, 3]),
    attention_mask: tensorFrom("int64", [1, 5], [1, 1, 1, 1, 1]),
  });
  session.release();
  return Array.from(embedding!.data, Number);
}

/** Writes the module as sentence-transformers does, and gives its weights. */
async function writeDense(inputs: number, config: object) {
  const random = RandomSource.fromSeed(1);
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const [weight, bias] = [draw(OUTPUTS * inputs), draw(OUTPUTS)];
  const tensors = new Map([
    ["linear.weight", tensor("float32", [OUTPUTS, inputs], weight)],
    ["linear.bias", tensor("float32", [OUTPUTS], bias)],
  ]);
  await mkdir(join(folder, "2_Dense"));
  await writeFile(join(folder, "2_Dense/model.safetensors"), Buffer.concat(writeSafetensors(tensors)));
  const sizes = { in_features: inputs, out_features: OUTPUTS, bias: true };
  await writeFile(join(folder, "2_Dense/config.json"), JSON.stringify({ ...sizes, ...config }));
  return { weight, bias };
}

test.each([
  ["torch.nn.modules.activation.Tanh", Math.tanh],
  ["torch.nn.modules.linear.Identity", (value: number) => value],
] as const)(
  "a dense module with %s maps the vector of a text, before its length is made 1",
  async (name, activation) => {
    await writeModules(BEFORE);
    const pooled = await vector();
    const { sha256 } = await load();
    const { weight, bias } = await writeDense(pooled.length, { activation_function: name });
    await writeModules([...BEFORE, DENSE, NORMALIZE]);
    const mapped = Array.from(bias, (start, output) => {
      const row = weight.subarray(output * pooled.length, (output + 1) * pooled.length);
      return activation(row.reduce((sum, value, i) => sum + value * pooled[i]!, start));
    });
    const length = Math.hypot(...mapped);
    const found = await vector();
    expect(found).toHaveLength(OUTPUTS);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(mapped[i]! / length, 5);
    const loaded = await load();
    expect(loaded.encoder.width).toBe(OUTPUTS);
    expect(loaded.sha256).not.toBe(sha256);
  },
);

test("weights that are missing, and activations that are not known, are told", async () => {
  await writeModules([...BEFORE, DENSE]);
  await writeDense(8, { activation_function: "torch.nn.modules.activation.Tanhshrink" });
  await expect(load()).rejects.toMatchObject({
    code: "MODEL_CONFIG_INVALID",
    details: { file: join(folder, "2_Dense/config.json"), field: "activation_function" },
  });
  await rm(join(folder, "2_Dense"), { recursive: true });
  await writeDense(8, {});
  await rm(join(folder, "2_Dense/model.safetensors"));
  await expect(load()).rejects.toMatchObject({ code: "MODEL_FOLDER_INCOMPLETE" });
});

const [TRANSFORMER, POOLING] = BEFORE as [object, object];
const SECOND = { path: "4_Pooling", type: `${TYPE}.Pooling` };

test.each<[string, readonly object[], place: number]>([
  ["Dense behind Normalize", [...BEFORE, NORMALIZE, DENSE], 3],
  ["a second Normalize", [...BEFORE, NORMALIZE, { ...NORMALIZE, path: "4_Normalize" }], 3],
  ["Dense before Pooling", [TRANSFORMER, DENSE, POOLING], 1],
  ["Normalize before Pooling", [TRANSFORMER, NORMALIZE, POOLING], 1],
  ["a second Pooling", [...BEFORE, SECOND], 2],
  ["a Pooling behind Dense", [...BEFORE, DENSE, SECOND], 3],
  ["a second Transformer", [TRANSFORMER, TRANSFORMER, POOLING], 1],
  ["a model without Transformer", [POOLING], 0],
  ["a class of another package", [{ path: "", type: "custom_st.Transformer" }, POOLING], 0],
  [
    "a class of another family",
    [TRANSFORMER, { path: "1_Pooling", type: "sentence_transformers.sparse_encoder.models.Pooling" }],
    1,
  ],
])("%s is refused", async (_, modules, place) => {
  await writeDense(16, {});
  await writeModules(modules);
  await expect(load()).rejects.toMatchObject({
    code: "MODEL_CONFIG_INVALID",
    details: { file: join(folder, "modules.json"), field: `${place}` },
  });
});

test("a dense module reads the vector of a text, and no other", async () => {
  await writeModules([...BEFORE, DENSE]);
  const names = { module_input_name: "sentence_embedding", module_output_name: null };
  await writeDense(16, names);
  expect((await load()).encoder.width).toBe(OUTPUTS);
  const file = join(folder, "2_Dense/config.json");
  const config = { in_features: 16, out_features: OUTPUTS, ...names };
  for (const field of Object.keys(names)) {
    await writeFile(file, JSON.stringify({ ...config, [field]: "token_embeddings" }));
    await expect(load()).rejects.toMatchObject({ code: "MODEL_CONFIG_INVALID", details: { file, field } });
  }
});
