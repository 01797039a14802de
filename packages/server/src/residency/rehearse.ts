import { type ItemOf, type OptionsOf, type TaskName, taskSchemas } from "@modelwright/contracts";
import { FailedItem, inferenceRow } from "@modelwright/inference";
import { errorMessage } from "../inference/error-message.ts";
import { loadWarm, runnerOf } from "../inference/load-unit.ts";
import type { ErrorMessage, Loading, ModelFolder, Unit } from "../inference/messages.ts";
import { versionExamples } from "../inference/version-examples.ts";

// The program of a rehearsal: loads a unit, warms it up and runs the examples of each version, then says how it went.

export interface RehearsalOrder {
  readonly unit: Unit;
  readonly loading: Loading;
}

/** Which version failed and why; without an error, none did. */
export type RehearsalReport = { readonly model?: string; readonly error?: ErrorMessage };

/** More would only take longer: what is wrong with a version shows at the first. */
const EXAMPLES = 2;

process.once("message", async ({ unit, loading }: RehearsalOrder) => {
  let model = unit.models[0]!.key;
  const onModel = (key: string) => {
    model = key;
  };
  let report: RehearsalReport = {};
  try {
    const { runners, sharing } = await loadWarm(unit, { ...loading, onModel });
    for (const folder of unit.models) {
      onModel(folder.key);
      const runner = runnerOf(unit.id, folder.key, sharing);
      const toItem = (item: ItemOf<TaskName>) => (runner === unit.id ? { member: folder.key, item } : item);
      await tryExamples(folder, async (items, options) => {
        const prepared = await runners.get(runner)!.prepare(items.map(toItem) as never);
        return prepared.run({ options });
      });
    }
  } catch (error) {
    report = { model, error: errorMessage(error) };
  }
  process.send!(report, () => process.exit(0));
});

type Run = (items: readonly ItemOf<TaskName>[], options: OptionsOf<TaskName>) => Promise<readonly unknown[]>;

async function tryExamples({ directory, manifest }: ModelFolder, run: Run): Promise<void> {
  const items = (await versionExamples(directory, manifest.task)).slice(0, EXAMPLES);
  if (items.length === 0) return;
  const options = taskSchemas(manifest.task).options.parse({}) as OptionsOf<TaskName>;
  const answers = await run(items, inferenceRow(manifest.task).computed(options));
  const failed = answers.find((answer) => answer instanceof FailedItem);
  if (failed !== undefined) throw failed.error;
}
