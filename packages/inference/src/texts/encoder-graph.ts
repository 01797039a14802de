import type { TextItem } from "@modelwright/contracts";
import {
  meanByText,
  TextFeeds,
  type TextReading,
  type TextTokenizer,
  type TokenizedTexts,
  tokenizeItems,
} from "@modelwright/data";
import type { Session } from "@modelwright/engine";
import { unreadable } from "../open-version.ts";
import { planRuns } from "./plan-runs.ts";

const INPUTS = ["input_ids", "attention_mask"];
const BAG_INPUT = "bag_ids";
const TYPES_INPUT = "token_type_ids";

/** The output that holds a row of numbers per text. */
export interface RowOutput {
  readonly name: string;
  /** Numbers per text. */
  readonly columns: number;
  /** What the manifest says that makes them so many: "the manifest names 3 labels". */
  readonly because: string;
}

/** A logit per label of a manifest. */
export function labelOutput({ labels: { length: columns } }: { readonly labels: readonly string[] }): RowOutput {
  return { name: "logits", columns, because: `the manifest names ${columns} labels` };
}

export interface EncoderGraphParts {
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  /** Named in errors. */
  readonly file: string;
  readonly reading: TextReading;
  readonly output: RowOutput;
  /** Texts of one run of the session. */
  readonly maxBatch: number;
}

/** A graph that encodes texts under a head: `input_ids`, `attention_mask`, for a model with a bag `bag_ids`, to `[texts, columns]`. */
export class EncoderGraph {
  readonly #parts: EncoderGraphParts;

  /** @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` for a graph with other inputs or another output; its session is released. */
  constructor(parts: EncoderGraphParts) {
    this.#parts = parts;
    const problem = signatureProblem(parts);
    if (problem === undefined) return;
    parts.session.release();
    unreadable(parts.file, problem);
  }

  /** Token ids of items, cut to what the model reads, and types of tokens where the graph takes them. */
  encode(items: readonly TextItem[]): TokenizedTexts {
    const { tokenizer, reading, session } = this.#parts;
    const { types, ...tokenized } = tokenizeItems(tokenizer, items, reading);
    return takesTypes(session) && types !== undefined ? { ...tokenized, types } : tokenized;
  }

  /**
   * Runs the graph on encoded texts, rows of like length together. The output of a text in several windows is their mean.
   *
   * @param options.onText Gets the output of each text, in any order; the array may be read until it returns.
   */
  async run(
    encoded: TokenizedTexts,
    options: {
      readonly onText: (text: number, values: Float32Array) => void;
      readonly signal?: AbortSignal | undefined;
      readonly blocking?: boolean | undefined;
    },
  ): Promise<void> {
    const { session, reading, output, maxBatch } = this.#parts;
    const { columns } = output;
    const { textOf } = encoded;
    const all = textOf && new Float32Array(textOf.length * columns);
    const texts = new TextFeeds(encoded, reading);
    for (const run of planRuns(texts.lengths, { maxRows: maxBatch, maxLength: reading.maxLength })) {
      options.signal?.throwIfAborted();
      const { [output.name]: rows } = await session.run(texts.feeds(run), [output.name], {
        blocking: options.blocking ?? false,
      });
      run.rows.forEach((row, i) => {
        const values = (rows!.data as Float32Array).subarray(i * columns, (i + 1) * columns);
        if (all === undefined) options.onText(row, values);
        else all.set(values, row * columns);
      });
    }
    if (all === undefined || textOf === undefined) return;
    const means = meanByText(all, textOf);
    for (let text = 0; text * columns < means.length; text++)
      options.onText(text, means.subarray(text * columns, (text + 1) * columns));
  }

  release(): void {
    this.#parts.session.release();
  }
}

function takesTypes({ inputs }: Session): boolean {
  return inputs.some(({ name }) => name === TYPES_INPUT);
}

function signatureProblem({ session, reading, output }: EncoderGraphParts): string | undefined {
  const { inputs, outputs } = session;
  const wanted = [
    ...INPUTS,
    ...(reading.bagLength === undefined ? [] : [BAG_INPUT]),
    ...(reading.pair === "template" && takesTypes(session) ? [TYPES_INPUT] : []),
  ];
  const missing = wanted.find((name) => !inputs.some((input) => input.name === name && input.dtype === "int64"));
  if (missing !== undefined) return `the graph has no int64 input "${missing}"`;
  const extra = inputs.find(({ name }) => !wanted.includes(name));
  if (extra !== undefined) return `the graph has an input "${extra.name}", which no text gives`;
  const found = outputs.find(({ name, dtype }) => name === output.name && dtype === "float32");
  if (found === undefined) return `the graph has no float32 output "${output.name}"`;
  const columns = found.shape[1];
  const isFixed = typeof columns === "number" && columns >= 0;
  if (found.shape.length === 2 && (!isFixed || columns === output.columns)) return undefined;
  return `the output "${output.name}" has shape [${found.shape.join(", ")}], ${output.because}`;
}
