import { defaultRuntime, encodeModel, RandomSource, type Session, type Tensor, tensorFrom } from "@modelwright/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltModel, buildModel } from "../architectures/built-model.ts";
import { ENCODER_INPUT_NAMES, type Encoder } from "../architectures/encoder.ts";
import { buildTextEncoder } from "../architectures/text-encoder.ts";
import { INFERENCE } from "../layers/layer-context.ts";
import { drawnParameters, givenParameters, type ParameterSource } from "../parameters/parameter-source.ts";
import type { LoadedPretrained, PretrainedModel } from "../pretrained/pretrained-model.ts";

/** What another program makes of some texts with the same published files. */
export interface PretrainedSamples {
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  /** One vector per text, `[texts, width]` row by row; texts are cut to `maxLength` tokens. */
  readonly embeddings: Float32Array;
  /** Greatest difference of an element. */
  readonly tolerance: number;
}

export interface PretrainedContractOptions {
  readonly samples: PretrainedSamples;
  /** Token ids of a text and the id of padding, from the object in a `tokenizer.json`. */
  readonly tokenizerOf: (tokenizerJson: object) => {
    readonly read: (text: string, maxLength: number) => ArrayLike<number>;
    readonly padId: number;
  };
}

/** What holds of every pretrained model, wherever it comes from. */
export function pretrainedContract(model: PretrainedModel, { samples, tokenizerOf }: PretrainedContractOptions): void {
  describe(`the pretrained model ${model.name}`, () => {
    let loaded: LoadedPretrained;
    let session: Session;
    beforeAll(async () => {
      loaded = await model.load();
      const { graph } = buildTextEncoder({ architecture: loaded.encoder, parameters: loaded.parameters });
      session = await (await defaultRuntime()).createSession(encodeModel(graph));
      return () => session.release();
    });

    test("says where it comes from, under which licence, and for which languages", () => {
      expect(model.name).not.toBe("");
      expect(model.license).toMatch(/^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$/);
      expect(model.source).not.toBe("");
      expect(
        model.languages.length > 0 || model.source === undefined,
        "languages are known or said to be unknown",
      ).toBe(true);
      for (const language of model.languages) expect(language).toMatch(/^[a-z]{2}$/);
    });

    test("has the parameters for which its encoder asks, and no others", () => {
      const { encoder, parameters } = loaded;
      const asked = encoderGraph(encoder, drawnParameters(RandomSource.fromSeed(1))).parameters;
      const shapes = (named: typeof parameters) =>
        new Map(Array.from(named, ([name, { tensor }]) => [name, tensor.shape]));
      expect(shapes(parameters)).toEqual(shapes(asked));
      for (const [name, { tensor }] of parameters) expect(tensor.data.every(Number.isFinite), name).toBe(true);
    });

    test("gives a vector per token and one per text, and reads the inputs that it names", () => {
      const { encoder, parameters } = loaded;
      const { graph } = encoderGraph(encoder, givenParameters(parameters, model.name));
      const shapes = Object.fromEntries(graph.outputs.map(({ name, shape }) => [name, shape]));
      expect(shapes.pooled).toEqual(["batch", encoder.width]);
      if (shapes.vectors !== undefined) expect(shapes.vectors).toEqual(["batch", "sequence", encoder.width]);
      const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
      const names = Object.entries(ENCODER_INPUT_NAMES).filter(([, name]) => read.has(name));
      expect(names.map(([input]) => input)).toEqual(encoder.inputs);
    });

    test("cuts the texts into the tokens of the original", () => {
      const tokenizer = tokenizerOf(JSON.parse(JSON.stringify(loaded.tokenizerJson)));
      for (const { text, ids } of samples.texts) {
        expect(Array.from(tokenizer.read(text, Number.MAX_SAFE_INTEGER)), text).toEqual(ids);
        expect(Math.max(...ids)).toBeLessThan(loaded.encoder.vocabularySize);
      }
      expect(tokenizer.padId).toBe(loaded.encoder.padId);
    });

    test("gives the vectors of the original, in batches of texts of different lengths", async () => {
      const { width, maxLength } = loaded.encoder;
      const sequences = samples.texts.map(({ ids }) => ids.slice(0, maxLength));
      expect(samples.embeddings.length).toBe(sequences.length * width);
      const BATCH = 16;
      let greatest = 0;
      for (let start = 0; start < sequences.length; start += BATCH) {
        const vectors = await embed(session, sequences.slice(start, start + BATCH));
        const expected = samples.embeddings.subarray(start * width, start * width + vectors.length);
        greatest = vectors.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), greatest);
      }
      expect(greatest).toBeLessThan(samples.tolerance);
    });

    test("reads as many tokens as it says, and does not see padding", async () => {
      const { maxLength } = loaded.encoder;
      const all = samples.texts.flatMap(({ ids }) => ids);
      const longest = Array.from({ length: maxLength }, (_, i) => all[i % all.length]!);
      expect((await embed(session, [longest])).every(Number.isFinite)).toBe(true);
      const short = samples.texts[0]!.ids.slice(0, 5);
      const alone = await embed(session, [short]);
      const padded = await embed(session, [short], maxLength);
      expect(Math.max(...alone.map((value, i) => Math.abs(value - padded[i]!)))).toBeLessThan(samples.tolerance);
    });
  });
}

/** The encoder with every input and every output that it can have. */
function encoderGraph(encoder: Encoder, source: ParameterSource): BuiltModel {
  return buildModel({
    name: encoder.modelType,
    source,
    build: INFERENCE,
    body: (c) => {
      const input = (name: string) => c.b.input(name, "int64", ["batch", "sequence"]);
      const inputIds = input(ENCODER_INPUT_NAMES.inputIds);
      const attentionMask = input(ENCODER_INPUT_NAMES.attentionMask);
      const tokenTypeIds = input(ENCODER_INPUT_NAMES.tokenTypeIds);
      const { vectors, pooled } = encoder.apply(c, { inputIds, attentionMask, tokenTypeIds });
      const outputs = { ...(vectors === undefined ? {} : { vectors: vectors() }), pooled: pooled() };
      return { inputs: [inputIds, attentionMask, tokenTypeIds], outputs };
    },
  });
}

/** Vectors of id lists, padded to one length with the id of a real token, so that a leak would show. */
async function embed(
  session: Session,
  batch: readonly (readonly number[])[],
  length = Math.max(...batch.map((ids) => ids.length)),
): Promise<Float32Array> {
  const padId = batch[0]![0]!;
  const laidOut = (valueAt: (ids: readonly number[], place: number) => number): Tensor =>
    tensorFrom(
      "int64",
      [batch.length, length],
      batch.flatMap((ids) => Array.from({ length }, (_, place) => valueAt(ids, place))),
    );
  const { embedding } = await session.run({
    input_ids: laidOut((ids, place) => ids[place] ?? padId),
    attention_mask: laidOut((ids, place) => (place < ids.length ? 1 : 0)),
  });
  return embedding!.data as Float32Array;
}
