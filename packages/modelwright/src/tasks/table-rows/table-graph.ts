import type { TableColumn } from "@modelwright/contracts";
import { type FeatureInput, type FittedFeatures, feedOf } from "@modelwright/data";
import { type Graph, GraphBuilder, type Value } from "@modelwright/engine";
import type { TablePart } from "./table-part.ts";

/** Builds the graph of a table: its inputs are raw columns, each once, whatever reads it. */
export class TableGraph {
  readonly builder = new GraphBuilder({ name: "table" });
  readonly #unknown: "own" | "refuse";
  readonly #numbers = new Map<FittedFeatures, Value>();
  readonly #inputs = new Map<string, Value>();
  readonly #columns = new Map<string, FeatureInput>();

  /** @param unknown What becomes of a category of no training row. Default "own". */
  constructor({ unknown = "own" }: { readonly unknown?: "own" | "refuse" } = {}) {
    this.#unknown = unknown;
  }

  /** What features make of the raw columns, float32 `[batch, features]`; models that read the same share it. */
  numbers(features: FittedFeatures): Value {
    const known = this.#numbers.get(features);
    if (known !== undefined) return known;
    const b = this.builder;
    const numbers = b.scope(`features.${this.#numbers.size}`, () => features.compile(b, this.#inputs));
    this.#numbers.set(features, numbers);
    for (const input of features.inputs) {
      this.#columns.set(input.name, this.#joined(this.#columns.get(input.name), input));
      this.#inputs.set(feedOf(input), b.value(feedOf(input)));
    }
    return numbers;
  }

  /** All that models read of a column. */
  #joined(known: FeatureInput | undefined, input: FeatureInput): FeatureInput {
    if (input.categories === undefined) return { ...known, ...input };
    const categories = [...new Set([...(known?.categories ?? []), ...input.categories])].sort((a, b) =>
      a < b ? -1 : 1,
    );
    return { ...known, ...input, categories, unknown: this.#unknown };
  }

  /** The weighted mean of what models predict. */
  blend(parts: readonly Pick<TablePart, "model" | "weight">[]): Value {
    const b = this.builder;
    const weighted = parts.map(({ model, weight }, i) => {
      const predicted = b.scope(`part.${i}`, () => model.compile(b, (features) => this.numbers(features)));
      return weight === 1 ? predicted : b.op("Mul", [predicted, b.scalar(weight)]);
    });
    return weighted.reduce((sum, each) => b.op("Add", [sum, each]));
  }

  /** Whether it takes vectors of texts. */
  get readsVectors(): boolean {
    return [...this.#columns.values()].some(({ vector }) => vector !== undefined);
  }

  /** The columns that the graph takes, as the manifest has them. */
  get columns(): TableColumn[] {
    return [...this.#columns.values()].map(
      (input) =>
        ({
          ...input,
          ...(input.categories && { categories: [...input.categories] }),
          ...(input.cures && { cures: [...input.cures] }),
        }) as TableColumn,
    );
  }

  /** Its inputs, as the manifest's signature has them. */
  get inputs(): { name: string; dtype: string; shape: number[] }[] {
    return [...this.#inputs].map(([name, { dtype, shape }]) => {
      return { name, dtype: dtype!, shape: [-1, Number(shape?.[1] ?? 1)] };
    });
  }

  build(): Graph {
    return this.builder.build();
  }
}
