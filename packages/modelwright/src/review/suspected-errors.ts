import type { AnswerOf, ItemOf, ManifestOf, TaskName } from "@modelwright/contracts";
import type { AnyTask } from "../tasks/task.ts";
import type { LabelledContent } from "./labelled-contents.ts";

/** A label that fits its content so badly that it is likely wrong. */
export interface SuspectedError {
  readonly labelled: LabelledContent;
  /** The probability of the label by the version that answered. */
  readonly probability: number;
}

/**
 * Labels that are likely errors by confident learning, the least probable first: the answers were made before the labels
 * came, so that the model had not learnt from them. What was labelled twice the same way is settled.
 */
export function suspectedErrors(
  task: AnyTask,
  labelled: readonly LabelledContent[],
  manifestOf: (version: number) => ManifestOf<TaskName> | undefined,
): readonly SuspectedError[] {
  const { family, served } = task;
  if (family.doubts === undefined || served === undefined) return [];
  const found: SuspectedError[] = [];
  for (const [version, own] of byVersion(labelled)) {
    const manifest = manifestOf(version);
    if (manifest === undefined) continue;
    const outcome = served(
      own.map(({ prediction: { item, answer } }) => ({
        item: item as ItemOf<TaskName>,
        answer: answer as AnswerOf<TaskName>,
      })),
      own.map(({ value }) => value),
      manifest,
    );
    const told = new Set<number>();
    for (const { unit, score, isSuspicious } of family.doubts(outcome)) {
      // Of several labels of one content the least fitting comes first.
      if (!isSuspicious || own[unit]!.isConfirmed || told.has(unit)) continue;
      told.add(unit);
      found.push({ labelled: own[unit]!, probability: score });
    }
  }
  return found.sort((a, b) => a.probability - b.probability || a.labelled.key - b.labelled.key);
}

function byVersion(labelled: readonly LabelledContent[]): ReadonlyMap<number, readonly LabelledContent[]> {
  const groups = new Map<number, LabelledContent[]>();
  for (const each of labelled) {
    if (each.prediction.answer === undefined) continue;
    const group = groups.get(each.prediction.version) ?? [];
    group.push(each);
    groups.set(each.prediction.version, group);
  }
  return groups;
}
