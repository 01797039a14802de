import type { DriftReference, TaskName } from "@modelwright/contracts";
import { driftReference } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { inferenceRow, type LoadedModel } from "@modelwright/inference";
import type { InputContext, Monitoring } from "../tasks/monitoring/monitoring.ts";
import type { AnyTask } from "../tasks/task.ts";
import { observeInputs } from "./observe-inputs.ts";
import { unknownShareOf } from "./unknown-share.ts";

/** Rows of a reference: of twice as many the thresholds are hardly lower, and each row is predicted once more. */
const MOST_ROWS = 2000;
const AT_ONCE = 256;

/** The file of a version, and the artifact of its run where it was made afterwards. */
export const REFERENCE_FILE = "reference.json";

/**
 * What the traffic of a version is compared with: its items and answers on rows that it did not learn from.
 *
 * @param options.directory The version's folder.
 * @param options.origin What the rows are, for a reader: `test rows`.
 * @returns Undefined where nothing of the task's traffic is compared.
 */
export async function makeReference(
  { monitoring }: Pick<AnyTask, "monitoring">,
  options: {
    readonly model: LoadedModel<TaskName>;
    readonly directory: string;
    readonly split: unknown;
    readonly origin: string;
    readonly seed: number;
  },
): Promise<DriftReference | undefined> {
  if ("unwatched" in monitoring) return undefined;
  const { model, directory, split, origin, seed } = options;
  const items = drawn(monitoring.items(split), { most: monitoring.mostRows ?? MOST_ROWS, seed });
  if (items.length === 0) return undefined;
  const context = { manifest: model.manifest, unknownShare: await unknownShareOf(directory) };
  const inputs = observeInputs(monitoring, items, context as InputContext<TaskName>).columns;
  const answers = await answersOf(monitoring, model, items);
  const outputs = answers && monitoring.outputs?.(answers, model.manifest);
  const estimate = answers && monitoring.estimate?.(answers, model.manifest);
  return {
    ...driftReference({ ...inputs, ...outputs }, { origin, seed }),
    ...(estimate !== undefined && "measures" in estimate ? { estimated: { ...estimate.measures } } : {}),
  };
}

async function answersOf(
  { outputs }: Monitoring<TaskName, unknown>,
  model: LoadedModel<TaskName>,
  items: ReturnType<Monitoring<TaskName, unknown>["items"]>,
) {
  if (outputs === undefined) return undefined;
  const options = inferenceRow(model.manifest.task).recorded ?? {};
  const answers: Awaited<ReturnType<typeof model.predict>> = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    answers.push(...(await model.predict(items.slice(first, first + AT_ONCE), { options })));
  }
  return answers;
}

function drawn<Item>(
  items: readonly Item[],
  { most, seed }: { readonly most: number; readonly seed: number },
): readonly Item[] {
  if (items.length <= most) return items;
  const order = Int32Array.from(items, (_, place) => place);
  return Array.from(RandomSource.fromSeed(seed).stream("reference").shuffle(order).subarray(0, most), (i) => items[i]!);
}
