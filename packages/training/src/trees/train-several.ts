import { Worker } from "node:worker_threads";
import { OBJECTIVES, objectiveOf } from "./objectives.ts";
import { trainTrees } from "./train-trees.ts";
import { checkTreeData, type TreeData } from "./tree-data.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";
import { type TreeOptions, treeSettings } from "./tree-options.ts";

/** One of several trainings, none of which needs another. */
export interface TreeLesson {
  readonly data: TreeData;
  readonly options: Omit<TreeOptions, "threads">;
}

export interface SeveralOptions {
  /** Cores that all of them share. */
  readonly threads: number;
  /** Told of each round of each. */
  readonly onRound?: ((lesson: number, round: number) => void) | undefined;
  /** Asked after each round; true ends all of them. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/** What a thread that trains tells: a round that was made, or the trees. */
export type LessonMessage = { readonly round: number } | { readonly ensemble: TreeEnsemble };

/** Threads without a lesson. They are kept: a new one would have to compile its code anew. */
const idle: Worker[] = [];

/**
 * Trains several ensembles, each as `trainTrees` does and to the same bits, as many at a time as there are threads: where rows are few, a core that
 * has a training of its own is busier than one that helps with every split.
 *
 * @returns One per lesson, in their order; undefined when they were stopped.
 * @throws {ModelwrightError} what `trainTrees` throws.
 */
export async function trainSeveralTrees(
  lessons: readonly TreeLesson[],
  options: SeveralOptions,
): Promise<TreeEnsemble[] | undefined> {
  const { threads } = options;
  if (threads > 1 && lessons.length > 1) return sideBySide(lessons, options);
  const { onRound, shouldStop } = options;
  const ensembles: TreeEnsemble[] = [];
  for (const [i, { data, options: own }] of lessons.entries()) {
    const hooks = { onRound: ({ round }: { readonly round: number }) => onRound?.(i, round), shouldStop };
    ensembles.push(await trainTrees(data, { ...own, threads }, hooks));
    if (shouldStop?.() === true) return undefined;
  }
  return ensembles;
}

async function sideBySide(
  lessons: readonly TreeLesson[],
  { threads, onRound, shouldStop }: SeveralOptions,
): Promise<TreeEnsemble[] | undefined> {
  // An error of another thread would arrive here without its code.
  for (const { data, options } of lessons) {
    const settings = treeSettings(options, data.columns.length);
    checkTreeData(data, OBJECTIVES[objectiveOf(settings)].target(settings));
  }
  const ensembles = new Array<TreeEnsemble>(lessons.length);
  let next = 0;
  let isStopped = false;
  const takeTurns = async () => {
    while (next < lessons.length && !isStopped) {
      const lesson = next++;
      const ensemble = await trainElsewhere(lessons[lesson]!, (round) => {
        onRound?.(lesson, round);
        isStopped ||= shouldStop?.() === true;
        return isStopped;
      });
      if (ensemble !== undefined) ensembles[lesson] = ensemble;
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, lessons.length) }, takeTurns));
  return isStopped ? undefined : ensembles;
}

/**
 * Trains in a thread of its own.
 *
 * @param isOver Told of each round; true ends the thread.
 * @returns Undefined when it was ended.
 */
async function trainElsewhere(
  lesson: TreeLesson,
  isOver: (round: number) => boolean,
): Promise<TreeEnsemble | undefined> {
  const thread =
    idle.pop() ?? new Worker(new URL("../../dist/trees/lesson-worker.js", import.meta.url), { execArgv: [] });
  thread.ref();
  try {
    const ensemble = await new Promise<TreeEnsemble | undefined>((resolve, reject) => {
      thread.on("message", (message: LessonMessage) => {
        if ("ensemble" in message) resolve(message.ensemble);
        else if (isOver(message.round)) resolve(undefined);
      });
      thread.on("error", reject);
      thread.postMessage(lesson);
    });
    if (ensemble === undefined) await thread.terminate();
    return ensemble;
  } finally {
    thread.removeAllListeners("message").removeAllListeners("error");
    // A sleeping thread must not keep the process alive.
    thread.unref();
    if (thread.threadId !== -1) idle.push(thread);
  }
}
