import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { type CrossValidationManifest, ModelwrightError, type Recipe } from "@modelwright/contracts";
import { type FoldPart, planFolds } from "@modelwright/data";
import { type FoldOutcome, measureFold, measureFolds } from "@modelwright/evaluation";
import type { AnyTask, PreparedData } from "../../tasks/task.ts";
import type { RunHooks } from "../run-request.ts";
import type { FoldSetting } from "./fold-request.ts";
import { FoldThread } from "./fold-thread.ts";
import type { KeptFolds } from "./kept-folds.ts";

/** What models of a part of the rows said of the others. */
export interface CrossValidation {
  readonly summary: CrossValidationManifest;
  readonly folds: readonly (FoldOutcome<unknown> & { readonly held: Int32Array })[];
}

export interface CrossValidationContext {
  readonly data: PreparedData<unknown>;
  readonly setting: Omit<FoldSetting, "recipe" | "digest" | "language">;
  readonly kept: KeptFolds;
  readonly fingerprint: string;
  readonly hooks: RunHooks;
}

/**
 * Fits a model per fold, several at once in worker threads, and lets each answer for the rows that it has not seen.
 *
 * Folds that an earlier part of the run has done are not done again. How many threads a fold has does not depend on how many folds are at
 * work, so that the results do not either.
 *
 * @returns Undefined when it was asked to stop before the last fold; what is done is kept.
 * @throws {ModelwrightError} `EVALUATION_FOLDS_IMPOSSIBLE`; `EVALUATION_FOLD_FAILED` naming the fold.
 */
export async function crossValidate(
  task: AnyTask,
  recipe: Recipe,
  context: CrossValidationContext,
): Promise<CrossValidation | undefined> {
  const { data, hooks } = context;
  const { folds, repeats = 1, bootstrap: resamples } = recipe.evaluate;
  const { development, digest, language } = data;
  const { seed } = development.settings;
  const plan = planFolds(development.division, { folds: folds!, repeats, seed, settings: development.settings });
  const { threads, parallel } = placement(recipe, plan.length);
  const work = new FoldWork(task, { plan, context });
  const done = await work.readKept();
  hooks.onEvent({
    type: "folds",
    folds: plan.length,
    repeats,
    parallel,
    threads,
    done,
    rows: task.size(development.rows),
  });
  const setting = { ...context.setting, recipe: withThreads(recipe, threads), digest, language };
  await work.run(setting, Math.min(parallel, plan.length - done));
  const outcomes = work.outcomes();
  if (outcomes === undefined) return undefined;
  const summary = {
    folds: folds!,
    repeats,
    rows: new Set(plan.flatMap(({ held }) => [...held])).size,
    ...measureFolds(task.family, outcomes, { resamples, seed: recipe.train.seed }),
  };
  hooks.onEvent({ type: "cross-validated", crossValidation: summary });
  return { summary, folds: outcomes };
}

/** Threads of one fold, and how many folds are trained at once. */
function placement(
  { train, evaluate }: Recipe,
  folds: number,
): { readonly threads: number; readonly parallel: number } {
  const cores = availableParallelism();
  const { threads = Math.max(1, Math.floor(cores / Math.min(folds, cores))) } = train;
  const onCpu = train.executionProvider === "cpu";
  return { threads, parallel: evaluate.parallel ?? (onCpu ? Math.max(1, Math.floor(cores / threads)) : 1) };
}

function withThreads(recipe: Recipe, threads: number): Recipe {
  return { ...recipe, train: { ...recipe.train, threads } } as Recipe;
}

type Done = CrossValidation["folds"][number];

/** The folds of a plan, some of which are done. */
class FoldWork {
  readonly #task: AnyTask;
  readonly #plan: readonly FoldPart[];
  readonly #context: CrossValidationContext;
  readonly #done = new Map<FoldPart, Done>();
  readonly #shares = new Map<FoldPart, number>();
  #before = 0;
  #started = performance.now();

  constructor(
    task: AnyTask,
    options: { readonly plan: readonly FoldPart[]; readonly context: CrossValidationContext },
  ) {
    this.#task = task;
    this.#plan = options.plan;
    this.#context = options.context;
  }

  /** Takes what is kept; returns how many folds that are. */
  async readKept(): Promise<number> {
    for (const part of this.#plan) {
      const kept = await this.#context.kept.read(nameOf(part));
      if (kept !== undefined) this.#done.set(part, { ...part, outcome: kept.outcome });
    }
    this.#before = this.#done.size;
    return this.#before;
  }

  /** Every fold in the order of the plan; undefined where some are not done. */
  outcomes(): readonly Done[] | undefined {
    const found = this.#plan.flatMap((part) => this.#done.get(part) ?? []);
    return found.length === this.#plan.length ? found : undefined;
  }

  /** Does what is not done, until it is asked to stop or a fold fails. */
  async run(setting: FoldSetting, parallel: number): Promise<void> {
    const open = this.#plan.filter((part) => !this.#done.has(part));
    this.#started = performance.now();
    let hasFailed = false;
    const shouldStop = () => hasFailed || this.#context.hooks.shouldStop();
    const lane = async () => {
      const thread = new FoldThread(setting);
      try {
        for (let part = open.shift(); part !== undefined && !shouldStop(); part = open.shift()) {
          await this.#fit(part, { thread, shouldStop });
        }
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        await thread.close();
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: parallel }, lane));
    const failed = lanes.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #fit(
    part: FoldPart,
    { thread, shouldStop }: { readonly thread: FoldThread; readonly shouldStop: () => boolean },
  ): Promise<void> {
    const { data, kept, fingerprint, hooks } = this.#context;
    const task = this.#task;
    const { rows } = data.development;
    const name = nameOf(part);
    const folder = kept.folderOf(name);
    await mkdir(folder, { recursive: true });
    const began = performance.now();
    const warned = new Set<string>();
    const outcome = await thread
      .fit(
        {
          learning: { train: task.subset(rows, part.train), validation: task.subset(rows, part.validation) },
          held: task.subset(rows, part.held),
          folder,
          fingerprint: `${fingerprint} ${name}`,
        },
        {
          onProgress: (share) => {
            this.#shares.set(part, Math.min(1, share));
            this.#tellProgress();
          },
          onWarning: (text) => {
            if (!warned.has(text)) hooks.onEvent({ type: "warning", text: `${this.#words(part)}: ${text}` });
            warned.add(text);
          },
          shouldStop,
        },
      )
      .catch((error: unknown) => {
        throw this.#failure(part, error);
      });
    if (outcome === undefined) return;
    const seconds = (performance.now() - began) / 1000;
    await kept.write(name, { outcome, seconds });
    this.#shares.delete(part);
    this.#done.set(part, { ...part, outcome });
    const { repeat, fold, held } = part;
    const measures = measureFold(task.family, outcome);
    hooks.onEvent({
      type: "fold",
      name: this.#words(part),
      repeat,
      fold,
      rows: held.length,
      seconds,
      metric: task.family.deciding,
      measures,
    });
    this.#tellProgress();
  }

  #tellProgress(): void {
    const total = this.#plan.length;
    const done = [...this.#shares.values()].reduce((sum, share) => sum + share, this.#done.size);
    const seconds = (performance.now() - this.#started) / 1000;
    const made = done - this.#before;
    const left = made > 0 ? { secondsLeft: (seconds * (total - done)) / made } : {};
    this.#context.hooks.onEvent({ type: "progress", stage: "folds", done: this.#done.size, total, ...left });
  }

  #words({ repeat, fold }: FoldPart): string {
    const of = this.#plan.filter((part) => part.repeat === repeat).length;
    const repeats = this.#plan.at(-1)!.repeat;
    return `fold ${fold} of ${of}${repeats === 1 ? "" : `, repeat ${repeat} of ${repeats}`}`;
  }

  #failure(part: FoldPart, error: unknown): Error {
    const fold = this.#words(part);
    if (!(error instanceof ModelwrightError)) {
      const { message } = error as Error;
      return new Error(`${fold}: ${message}`, { cause: error });
    }
    const problem = error.message.replace(/\.$/, "");
    return new ModelwrightError("EVALUATION_FOLD_FAILED", { fold, problem }, { cause: error });
  }
}

function nameOf({ repeat, fold }: FoldPart): string {
  return `fold-${repeat}-${fold}`;
}
