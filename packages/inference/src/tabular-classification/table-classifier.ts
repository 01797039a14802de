import type { AnswerOf, ItemOf, ManifestOf, OptionsOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { softmaxInto } from "../softmax.ts";
import { openTable } from "../table-rows/open-table.ts";
import { TableModel } from "../table-rows/table-model.ts";

type Task = "tabular-classification";

/** What a row gets: its label, and the probabilities that were asked for. */
export type RowPrediction = AnswerOf<Task>;

/** A tabular-classification version loaded from its folder. */
export class TableClassifier
  extends TableModel<ManifestOf<Task>, Float64Array>
  implements LoadedModel<Task, Float64Array>
{
  /**
   * @param directory A version folder: `modelwright.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TableClassifier> {
    const version = await openTable(directory, "tabular-classification", options);
    return new TableClassifier(version, [{ name: "logits", columns: version.manifest.labels.length }]);
  }

  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  /** The probability of each label. */
  protected override readRow({ logits }: Readonly<Record<string, Float32Array>>): Float64Array {
    return softmaxInto(logits!, new Float64Array(logits!.length));
  }

  /** Labels and probabilities of rows, in their order. */
  async predict(rows: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<RowPrediction[]> {
    const { options = {}, ...how } = request;
    const all = await this.prepare(rows).run(how);
    return all.map((probabilities) => answerOf(this.labels, probabilities, options));
  }
}

/** The likeliest label, and as many probabilities as are asked for, likeliest first. */
export function answerOf(
  labels: readonly string[],
  probabilities: Float64Array,
  { all = false, topK = all ? labels.length : 0 }: OptionsOf<Task>,
): RowPrediction {
  const order = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
  const shown = (i: number) => ({ label: labels[i]!, probability: probabilities[i]! });
  return {
    ...shown(order[0]!),
    ...(topK === 0 ? {} : { probabilities: order.slice(0, topK).map(shown) }),
  };
}
