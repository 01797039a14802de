import { tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { DECODER_FAMILIES } from "../pretrained/hugging-face/decoder-families.ts";
import { FAMILIES } from "../pretrained/hugging-face/families.ts";
import { ADAPTER_PARAMETERS } from "./low-rank-adapters.ts";
import { peftAdapter } from "./peft-adapter.ts";
import { ownScope, type PeftTask, publishedScope } from "./published-scopes.ts";

const OWN_HEAD = "head.classifier";
// What transformers calls the map to the queries of the fourth layer, and a classifier of one map where it has such.
const QUERIES: Readonly<Record<string, readonly [query: string, head: string]>> = {
  bert: ["bert.encoder.layer.3.attention.self.query", "classifier"],
  distilbert: ["distilbert.transformer.layer.3.attention.q_lin", OWN_HEAD],
  roberta: ["roberta.encoder.layer.3.attention.self.query", OWN_HEAD],
  "xlm-roberta": ["roberta.encoder.layer.3.attention.self.query", OWN_HEAD],
  mpnet: ["mpnet.encoder.layer.3.attention.attn.q", OWN_HEAD],
  electra: ["electra.encoder.layer.3.attention.self.query", OWN_HEAD],
  modernbert: ["model.layers.3.attn.Wqkv", "classifier"],
  "deberta-v2": ["deberta.encoder.layer.3.attention.self.query_proj", "classifier"],
};

test.each(Object.entries(FAMILIES))("scopes of %s are those of transformers, there and back", (type, { names }) => {
  const [query, head] = QUERIES[type]!;
  expect(publishedScope(type, ownScope(type, query))).toBe(query);
  expect(ownScope(type, query)).not.toBe(query);
  expect(publishedScope(type, OWN_HEAD)).toBe(head);
  for (const ours of [...Object.values(names.dense), ...Object.values(names.kept)]) {
    const scope = `encoder.${ours.replace("#", "11")}`;
    const published = publishedScope(type, scope);
    expect(published).not.toBe(scope);
    expect(ownScope(type, published)).toBe(scope);
  }
});

// What transformers calls the map to the queries of the fourth layer.
const DECODER_QUERIES: Readonly<Record<string, string>> = {
  gpt2: "transformer.h.3.attn.c_attn",
  llama: "model.layers.3.self_attn.q_proj",
  mistral: "model.layers.3.self_attn.q_proj",
  qwen2: "model.layers.3.self_attn.q_proj",
  qwen3: "model.layers.3.self_attn.q_proj",
};

test.each(Object.keys(DECODER_FAMILIES))("scopes of %s are those of transformers, there and back", (type) => {
  const query = DECODER_QUERIES[type]!;
  expect(ownScope(type, query)).toMatch(/^decoder\.layer3\.attention\.(query|qkv)$/);
  expect(publishedScope(type, ownScope(type, query))).toBe(query);
  expect(publishedScope(type, "decoder.logits")).toBe("lm_head");
});

test("scopes of a model that nobody published are its own", () => {
  expect(publishedScope("use-lite", "encoder.layer0.attention")).toBe("encoder.layer0.attention");
  expect(ownScope("use-lite", OWN_HEAD)).toBe(OWN_HEAD);
});

test.each<[modelType: string, task: PeftTask, type: string | null, target: string]>([
  ["bert", "SEQ_CLS", "SEQ_CLS", "bert.encoder.layer.0.attention.self.query"],
  ["bert", "TOKEN_CLS", "TOKEN_CLS", "bert.encoder.layer.0.attention.self.query"],
  // AutoModel has nothing in front of its modules.
  ["bert", "FEATURE_EXTRACTION", "FEATURE_EXTRACTION", "encoder.layer.0.attention.self.query"],
  ["mpnet", "TOKEN_CLS", null, "mpnet.encoder.layer.0.attention.attn.q"],
  ["mpnet", "FEATURE_EXTRACTION", "FEATURE_EXTRACTION", "encoder.layer.0.attention.attn.q"],
])("an adapter of %s for %s says so, and names modules as such a model does", (modelType, task, type, target) => {
  const scope = ownScope(modelType, target);
  expect(scope).toMatch(/^encoder\.layer0\./);
  const matrix = (rows: number, columns: number) => ({
    tensor: tensorFrom("float32", [rows, columns], new Array(rows * columns).fill(1)),
  });
  const trained = new Map([
    [`${scope}.${ADAPTER_PARAMETERS.linear.a}`, matrix(4, 2)],
    [`${scope}.${ADAPTER_PARAMETERS.linear.b}`, matrix(2, 4)],
  ]);
  const { config, tensors } = peftAdapter(trained as never, {
    settings: { rank: 2, alpha: 4 },
    model: { modelType, layers: new Map([[scope, "linear"]]) },
    base: "tiny",
    task,
  });
  expect(config).toMatchObject({ task_type: type, target_modules: [target] });
  expect([...tensors.keys()]).toEqual([
    `base_model.model.${target}.lora_A.weight`,
    `base_model.model.${target}.lora_B.weight`,
  ]);
});
