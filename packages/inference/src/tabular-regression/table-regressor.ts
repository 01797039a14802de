import type { AnswerOf, ItemOf, ManifestOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { openTable } from "../table-rows/open-table.ts";
import { TableModel } from "../table-rows/table-model.ts";

type Task = "tabular-regression";

/** A number and between which two it lies, as the graph gives them. */
export interface PredictedNumber {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Outputs of the graph, `[rows, 1]` each. */
const OUTPUTS = ["value", "low", "high"] as const;

/** A tabular-regression version loaded from its folder. */
export class TableRegressor
  extends TableModel<ManifestOf<Task>, PredictedNumber>
  implements LoadedModel<Task, PredictedNumber>
{
  /**
   * @param directory A version folder: `modelwright.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TableRegressor> {
    const version = await openTable(directory, "tabular-regression", options);
    return new TableRegressor(
      version,
      OUTPUTS.map((name) => ({ name, columns: 1 })),
    );
  }

  protected override readRow({ value, low, high }: Readonly<Record<string, Float32Array>>): PredictedNumber {
    return { value: value![0]!, low: low![0]!, high: high![0]! };
  }

  /** Numbers for rows, in their order. */
  async predict(
    rows: readonly ItemOf<Task>[],
    { options: _, ...how }: PredictRequest<Task> = {},
  ): Promise<AnswerOf<Task>[]> {
    return this.prepare(rows).run(how);
  }
}
