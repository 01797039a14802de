import type { TableColumn } from "@modelwright/contracts";
import type { FeatureInput, FittedFeatures } from "@modelwright/data";
import { type Graph, GraphBuilder, type Value } from "@modelwright/engine";
import type { TablePart } from "./table-part.ts";

/** Builds the graph of a table: its inputs are raw columns, each once, whatever reads it. */
export class TableGraph {
  readonly builder = new GraphBuilder({ name: "table" });
  readonly #inputs = new Map<string, Value>();
  readonly #columns = new Map<string, FeatureInput>();

  /** What features make of the raw columns, float32 `[batch, features]`. */
  numbers(features: FittedFeatures): Value {
    const numbers = features.compile(this.builder, this.#inputs);
    for (const input of features.inputs) {
      this.#columns.set(input.name, input);
      this.#inputs.set(input.feed, this.builder.value(input.feed));
    }
    return numbers;
  }

  /** The weighted mean of what models predict. */
  blend(parts: readonly Pick<TablePart, "model" | "weight">[]): Value {
    const b = this.builder;
    const weighted = parts.map(({ model, weight }, i) => {
      const predicted = b.scope(`part.${i}`, () => model.compile(b, this.numbers(model.features)));
      return weight === 1 ? predicted : b.op("Mul", [predicted, b.scalar(weight)]);
    });
    return weighted.reduce((sum, each) => b.op("Add", [sum, each]));
  }

  /** The columns that the graph takes, as the manifest has them. */
  get columns(): TableColumn[] {
    return [...this.#columns.values()].map(
      (input) => ({ ...input, ...(input.categories && { categories: [...input.categories] }) }) as TableColumn,
    );
  }

  /** Its inputs, as the manifest's signature has them. */
  get inputs(): { name: string; dtype: string; shape: number[] }[] {
    return [...this.#inputs].map(([name, { dtype }]) => ({ name, dtype: dtype!, shape: [-1, 1] }));
  }

  build(): Graph {
    return this.builder.build();
  }
}
