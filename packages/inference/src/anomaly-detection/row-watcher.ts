import type { AnswerOf, ItemOf, ManifestOf, RowItem } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { openTable } from "../table-rows/open-table.ts";
import { TableModel } from "../table-rows/table-model.ts";
import { tellingColumns } from "./telling-columns.ts";

type Task = "anomaly-detection";

/** How odd a row is. */
export interface Oddness {
  /** −ln of the share of training rows that look as odd. */
  readonly oddness: number;
  /** What makes it odd, the most telling first, where it was asked for. */
  readonly columns?: AnswerOf<Task>["columns"];
}

/** An anomaly-detection version loaded from its folder. */
export class RowWatcher extends TableModel<ManifestOf<Task>, Oddness> implements LoadedModel<Task, Oddness> {
  /**
   * @param directory A version folder: `modelwright.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<RowWatcher> {
    const version = await openTable(directory, "anomaly-detection", options);
    return new RowWatcher(version, [{ name: "oddness", columns: 1 }]);
  }

  protected override readRow({ oddness }: Readonly<Record<string, Float32Array>>): Oddness {
    return { oddness: oddness![0]! };
  }

  /** Makes rows ready. With `explain` each is asked about once more per column, with a usual value in its place. */
  override prepare(rows: readonly RowItem[]): {
    run(request?: Pick<PredictRequest<Task>, "options" | "signal" | "blocking">): Promise<Oddness[]>;
  } {
    const plain = super.prepare(rows);
    return {
      run: async ({ options: { explain } = {}, ...how } = {}) => {
        const found = await plain.run(how);
        if (explain === undefined) return found;
        const explained: Oddness[] = [];
        for (const [i, { oddness }] of found.entries()) {
          const columns = await tellingColumns(rows[i]!, oddness, {
            typical: this.manifest.typical,
            oddnessOf: async (changed) => (await super.prepare(changed).run(how)).map((each) => each.oddness),
          });
          explained.push({ oddness, columns: columns.slice(0, explain) });
        }
        return explained;
      },
    };
  }

  /** How odd rows are, in their order. */
  async predict(
    rows: readonly ItemOf<Task>[],
    { options = {}, ...how }: PredictRequest<Task> = {},
  ): Promise<AnswerOf<Task>[]> {
    const found = await this.prepare(rows).run({ options, ...how });
    return found.map((each) => answerOf(each, this.manifest));
  }
}

/** What a client sees of it. */
export function answerOf({ oddness, columns }: Oddness, { threshold }: ManifestOf<Task>): AnswerOf<Task> {
  return {
    // float32 like the tensor of the Open Inference Protocol, so that both say the same.
    score: Math.fround(-Math.expm1(-oddness)),
    anomalous: oddness > threshold.oddness,
    ...(columns === undefined ? {} : { columns: [...columns] }),
  };
}
