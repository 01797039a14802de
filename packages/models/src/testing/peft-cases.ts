import { readFileSync } from "node:fs";
import { type Tensor, tensorFrom } from "@modelwright/engine";
import { type AdaptableLayers, adaptableLayers } from "../adapters/adapter-targets.ts";
import type { LowRankAdapters } from "../adapters/low-rank-adapters.ts";
import { type PeftAdapter, readPeftAdapter } from "../adapters/peft-adapter.ts";
import { ownScope } from "../adapters/published-scopes.ts";
import { bert } from "../architectures/bert.ts";
import { textModel } from "../architectures/text-model.ts";
import type { ModelOf } from "../model-definition.ts";
import { classObjective } from "../objectives/class-objective.ts";
import { readSafetensors } from "../pretrained/read-safetensors.ts";

interface Given {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface WrittenCase {
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Given>>;
  readonly losses: readonly number[];
  readonly logitsAfter: readonly number[];
}

/** A tiny BERT under adapters, and what PEFT makes of it. */
export interface PeftCase extends WrittenCase {
  readonly name: string;
  readonly model: ModelOf<"logits">;
  readonly layers: AdaptableLayers;
  /** As PEFT saved it. */
  readonly saved: PeftAdapter;
  readonly adapters: LowRankAdapters;
  /** Weights of the base, of the adapters and of modules trained as a whole. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly isTrained: (name: string) => boolean;
  /** Gradients under our names, in our layout. */
  readonly ownGradients: ReadonlyMap<string, Tensor>;
  readonly feeds: Readonly<Record<"input_ids" | "attention_mask" | "labels", Tensor>>;
  readonly learningRate: number;
}

/** The fixture that `fixtures/adapters/make.py` makes with PEFT 0.21.2, transformers 4.57.6 and PyTorch 2.8.0. */
export function peftCases(): readonly PeftCase[] {
  const folder = new URL("../../fixtures/adapters/", import.meta.url);
  const bytes = (file: string) => new Uint8Array(readFileSync(new URL(file, folder)));
  const json = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const { config, batch, cases, learningRate } = json("adapters.json") as {
    readonly config: Readonly<Record<string, number>>;
    readonly batch: Readonly<Record<"input_ids" | "attention_mask" | "labels", Given>>;
    readonly cases: Readonly<Record<string, WrittenCase>>;
    readonly learningRate: number;
  };
  const architecture = bert({
    vocabularySize: config["vocab_size"]!,
    width: config["hidden_size"]!,
    layers: config["num_hidden_layers"]!,
    heads: config["num_attention_heads"]!,
    innerWidth: config["intermediate_size"]!,
    positions: config["max_position_embeddings"]!,
    tokenTypes: 2,
  });
  const model = textModel({ architecture, objective: classObjective({ classes: 3 }) });
  const layers = adaptableLayers(model, new Map());
  const named = { modelType: "bert", layers };
  const base = inOwnTerms(readSafetensors(bytes("base.safetensors"), "base.safetensors").tensors, layers);
  const int64 = ({ shape, data }: Given) => tensorFrom("int64", shape, data);
  const feeds = {
    input_ids: int64(batch.input_ids),
    attention_mask: int64(batch.attention_mask),
    labels: int64(batch.labels),
  };
  return Object.entries(cases).map(([name, written]) => {
    const { tensors } = readSafetensors(bytes(`${name}/adapter_model.safetensors`), name);
    const saved = { config: json(`${name}/adapter_config.json`), tensors };
    const { settings, targets, parameters } = readPeftAdapter(saved, { model: named, file: name });
    const gradients = Object.entries(written.gradients).map(
      ([of, { shape, data }]) => [of, tensorFrom("float32", shape, data)] as const,
    );
    return {
      ...written,
      name,
      model,
      layers,
      saved,
      adapters: { ...settings, targets: (layer) => targets.has(layer) },
      parameters: new Map([...base, ...parameters]),
      isTrained: (of) => parameters.has(of),
      ownGradients: readPeftAdapter({ ...saved, tensors: new Map(gradients) }, { model: named, file: name }).parameters,
      feeds,
      learningRate,
    };
  });
}

/** Weights of a published BERT under our names, matrices of linear layers the other way round. */
function inOwnTerms(published: ReadonlyMap<string, Tensor>, layers: AdaptableLayers): ReadonlyMap<string, Tensor> {
  return new Map(
    Array.from(published, ([name, tensor]) => {
      const dot = name.lastIndexOf(".");
      const scope = ownScope("bert", name.slice(0, dot));
      const isLinear = layers.get(scope) === "linear" && name.endsWith(".weight");
      return [`${scope}${name.slice(dot)}`, isLinear ? turned(tensor) : tensor] as const;
    }),
  );
}

function turned({ shape, data }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const values = Array.from({ length: data.length }, (_, i) => {
    const [row, column] = [Math.floor(i / rows), i % rows];
    return Number(data[column * columns + row]);
  });
  return tensorFrom("float32", [columns, rows], values);
}
