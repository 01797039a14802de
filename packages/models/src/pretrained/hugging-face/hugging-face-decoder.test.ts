import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RandomSource, type Tensor, tensorFrom } from "@modelwright/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildDecoder } from "../../architectures/build-decoder.ts";
import { buildModel } from "../../architectures/built-model.ts";
import { INFERENCE } from "../../layers/layer-context.ts";
import { drawnParameters } from "../../parameters/parameter-source.ts";
import { readSafetensors } from "../read-safetensors.ts";
import { resolvePretrained, resolvePretrainedDecoder } from "../resolve-pretrained.ts";
import { writeSafetensors } from "../write-safetensors.ts";
import { DECODER_FAMILIES } from "./decoder-families.ts";

// Small decoders as transformers writes them (test/parity/fixtures/make-decoder-fixtures.py).
const decoders = fileURLToPath(new URL("../../../../../test/parity/fixtures/decoders", import.meta.url));
const bert = join(decoders, "../encoders/bert");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "decoder-"));
});
afterEach(() => rm(folder, { recursive: true }));

const take = (name: string) => cp(join(decoders, name), folder, { recursive: true });
const load = async () => (await resolvePretrainedDecoder(folder, { baseDir: "/" })).load();
const rewrite = async (name: string, change: object) => {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...change }));
};
const weights = async () => readSafetensors(await readFile(join(folder, "model.safetensors")), "file").tensors;
const writeWeights = (tensors: ReadonlyMap<string, Tensor>) =>
  writeFile(join(folder, "model.safetensors"), Buffer.concat(writeSafetensors(tensors)));
const numbers = ({ parameters }: Awaited<ReturnType<typeof load>>) =>
  Array.from(parameters, ([name, { tensor }]) => [name, [...tensor.data]]);

describe("weights", () => {
  test("of a model without its output layer, with the mask that old files of GPT-2 hold, are the same", async () => {
    await take("gpt2");
    const whole = numbers(await load());
    const bare = Array.from(await weights(), ([name, tensor]) => [name.replace(/^transformer\./, ""), tensor] as const);
    await writeWeights(new Map([...bare, ["h.0.attn.bias", tensorFrom("float32", [1, 1, 1, 1], [1])]]));
    const loaded = await load();
    expect(numbers(loaded)).toEqual(whole);
    expect(loaded.passedOver).toEqual([]);
  });

  test("a missing output layer is named", async () => {
    await take("mistral");
    await writeWeights(new Map([...(await weights())].filter(([name]) => name !== "lm_head.weight")));
    await expect(load()).rejects.toThrow(/decoder\.logits\.weight/);
  });

  test("a tied output layer in a file is that of the embedding", async () => {
    await take("smollm");
    const whole = numbers(await load());
    const tensors = await weights();
    await writeWeights(new Map([...tensors, ["lm_head.weight", tensors.get("model.embed_tokens.weight")!]]));
    expect(numbers(await load())).toEqual(whole);
  });
});

describe("config.json", () => {
  const refusal = (field: string, rule: RegExp) =>
    expect.objectContaining({
      code: "MODEL_CONFIG_INVALID",
      details: expect.objectContaining({ field, rule: expect.stringMatching(rule) }),
    });

  test.each([
    ["llama", { num_key_value_heads: 3 }, "num_key_value_heads", /must divide num_attention_heads 4/],
    ["llama", { head_dim: 5 }, "head_dim", /even width/],
    ["llama", { rope_parameters: { rope_type: "yarn" } }, "rope_parameters.rope_type", /default, linear, llama3/],
    ["llama", { rope_parameters: { rope_type: "linear" } }, "rope_parameters.factor", /number/],
    ["gpt2", { add_cross_attention: true }, "add_cross_attention", /must be false/],
    ["gpt2", { n_head: 3 }, "n_head", /must divide n_embd 16/],
    ["qwen2", { layer_types: ["full_attention"] }, "layer_types", /as many layers/],
  ] as const)("of %s with %o is refused", async (name, change, field, rule) => {
    await take(name);
    await rewrite("config.json", change);
    await expect(load()).rejects.toEqual(refusal(field, rule));
  });

  test("speaks of positions in old fields or new ones", async () => {
    await take("llama");
    const { rope_parameters } = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
    const { rope_theta, ...rope_scaling } = rope_parameters;
    const angles = async (fields: object) => {
      await rewrite("config.json", { rope_parameters: undefined, ...fields });
      return buildDecoder(await load()).graph.initializers.get("decoder.rotary.cosines");
    };
    const published = await angles({ rope_parameters });
    expect(published).toBeDefined();
    expect(await angles({ rope_theta, rope_scaling })).toEqual(published);
    expect(await angles({ rope_theta, rope_scaling: undefined })).not.toEqual(published);
  });

  test("of a window that is not named means that of the first Mistral, and of a long context as much as is read", () => {
    const layers = 1;
    const config = { model_type: "mistral", num_hidden_layers: layers, vocab_size: 8, hidden_size: 8, head_dim: 2 };
    const sees = (change: object) => {
      const decoder = DECODER_FAMILIES.mistral!.decoder({ ...config, ...change }, "config.json");
      const parameters = drawnParameters(RandomSource.fromSeed(1));
      const { graph } = buildModel({
        name: "mistral",
        source: parameters,
        build: INFERENCE,
        body: (c) => {
          const inputIds = c.b.input("input_ids", "int64", ["batch", "sequence"]);
          return { inputs: [inputIds], outputs: { logits: decoder.decode(c, { inputIds }).logits } };
        },
      });
      return graph.nodes.some(({ opType }) => opType === "Less");
    };
    const small = { num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 8, max_position_embeddings: 64 };
    expect(sees(small)).toBe(true);
    expect(sees({ ...small, sliding_window: null })).toBe(false);
    expect(DECODER_FAMILIES.mistral!.decoder(config, "config.json").maxLength).toBe(32_768);
  });
});

describe("a folder of another kind", () => {
  test("says so, both ways round", async () => {
    await take("gpt2");
    await expect(resolvePretrained(folder, { baseDir: "/" })).rejects.toMatchObject({
      code: "MODEL_KIND_UNFIT",
      message: expect.stringMatching(/model_type "gpt2" is a family of decoders, and here an encoder is needed/),
    });
    await expect(resolvePretrainedDecoder(bert, { baseDir: "/" })).rejects.toMatchObject({
      code: "MODEL_KIND_UNFIT",
      remedy: expect.stringMatching(/"gpt2", "llama", "mistral", "qwen2" or "qwen3"/),
    });
  });
});

test("tokens that are no numbers in generation_config.json are refused", async () => {
  await take("qwen2");
  await rewrite("generation_config.json", { eos_token_id: "<|end|>" });
  await expect(load()).rejects.toMatchObject({ code: "MODEL_CONFIG_INVALID", details: { field: "eos_token_id" } });
});
