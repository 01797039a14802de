import { ModelwrightError } from "@modelwright/contracts";
import type { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import {
  learningRateFactor,
  type ScheduleName,
  type ScheduleOptions,
  warmupSteps,
} from "../schedules/learning-rate.ts";
import { PLATEAU_START, plateauAfter } from "../schedules/plateau.ts";
import type { FitState, Validation } from "./fit-state.ts";
import { Pace } from "./pace.ts";
import type { TrainingBatches } from "./training-batches.ts";
import type { TrainingEvent } from "./training-event.ts";
import type { TrainingSession } from "./training-session.ts";

/** How long and at what pace a run trains. */
export interface FitPlan {
  /** Passes over the batches; may be a fraction. */
  readonly epochs: number;
  /** Updates of the whole run. Default: those of `epochs`. */
  readonly steps?: number | undefined;
  /** Batches whose gradients are added before one update. */
  readonly accumulate: number;
  readonly schedule: ScheduleName;
  readonly scheduleOptions?: ScheduleOptions | undefined;
  /** Below 1: share of all steps; otherwise steps. */
  readonly warmup: number;
  readonly evaluationsPerEpoch: number;
  /** Least seconds between two checkpoints. */
  readonly checkpointSeconds: number;
  /** Evaluations without a better score after which training stops. */
  readonly patience: number;
}

export interface FitOptions {
  readonly session: TrainingSession;
  readonly batches: TrainingBatches;
  readonly train: FitPlan;
  /** Peak learning rate by parameter group. */
  readonly learningRates: Readonly<Record<string, number>>;
  /** Updates before the first one of a group. Default: all begin with the first. */
  readonly starts?: Readonly<Record<string, number>> | undefined;
  /** Default: none; then the last weights are the best. */
  readonly validate?: (() => Promise<Validation>) | undefined;
  /** Turns a validation into the number of which less is better. Default: its loss. */
  readonly score?: ((validation: Validation) => number) | undefined;
  readonly checkpoints?: CheckpointStore | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Asked after every update, told how many were made; true saves a checkpoint and returns. */
  readonly shouldStop?: ((updates: number) => boolean) | undefined;
  /** Asked after every update; true makes it the last one, which a checkpoint knows: a resumed run does not go on. */
  readonly shouldFinish?: (() => boolean) | undefined;
}

export interface FitResult {
  readonly status: "finished" | "interrupted";
  readonly state: FitState;
  readonly totalSteps: number;
}

/**
 * The training loop: updates, schedule, validation, early stopping, checkpoints. Leaves the best weights in the session's arena,
 * and in its buffers what belongs to them.
 *
 * Which rows an update sees and which masks it draws depend only on the seed and the update's number, and no decision looks at a clock;
 * so a run that is killed and resumed ends with the same weights, bit for bit; unless `shouldFinish` ends it, which may look at one.
 *
 * @throws {ModelwrightError} `TRAINING_DIVERGED` when a loss or gradient is not finite, of validation rows too; the last checkpoint stays.
 * `TRAINING_PLATEAU_UNJUDGED` for the schedule `plateau` without `validate`.
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const {
    session,
    batches,
    train,
    checkpoints,
    validate,
    score: scoreOf = ({ loss }) => loss,
    starts = {},
    onEvent = () => {},
  } = options;
  if (train.schedule === "plateau" && validate === undefined)
    throw new ModelwrightError("TRAINING_PLATEAU_UNJUDGED", {});
  const { arena, average, buffers, optimizer } = session;
  const stepsPerEpoch = Math.ceil(batches.plan(0).length / train.accumulate);
  const totalSteps = train.steps ?? Math.max(1, Math.round(train.epochs * stepsPerEpoch));
  const warmup = warmupSteps(train.warmup, totalSteps);

  const best = new Float32Array(arena.weights.length);
  const restored = await checkpoints?.restore(session, best);
  const state: FitState = restored ?? {
    updates: 0,
    bestStep: 0,
    evaluationsSinceBest: 0,
    plateau: PLATEAU_START,
    finished: false,
    curve: [],
    evaluations: [],
  };
  optimizer.updates = state.updates;
  if (restored !== undefined) onEvent({ type: "resumed", step: state.updates, totalSteps });

  const keepBest = () => {
    state.bestStep = state.updates;
    best.set(average?.values ?? arena.weights);
    buffers.best.set(buffers.values);
  };
  const save = async () => {
    if (checkpoints === undefined) return;
    const path = await checkpoints.save(session, best, state);
    onEvent({ type: "checkpoint", step: state.updates, path });
  };
  const pace = new Pace();
  let savedAt = performance.now();

  while (!state.finished) {
    const step = state.updates;
    const epoch = Math.floor(step / stepsPerEpoch);
    const first = (step % stepsPerEpoch) * train.accumulate;
    const group = batches.plan(epoch).slice(first, first + train.accumulate);
    const rows = group.reduce((sum, batch) => sum + batch.rows.length, 0);
    const { schedule, scheduleOptions } = train;
    const factor =
      state.plateau.factor *
      learningRateFactor({ schedule, step, totalSteps, warmupSteps: warmup, options: scheduleOptions });
    const rateOf = (group: string, rate: number) => ((starts[group] ?? 0) > step ? 0 : rate * factor);
    const learningRates = Object.fromEntries(
      Object.entries(options.learningRates).map(([group, rate]) => [group, rateOf(group, rate)]),
    );
    const { feeds, weight } = batches.update(group, epoch);
    const result = await session.step(feeds, learningRates, { weight, starts });
    const learningRate = Math.max(...Object.values(learningRates));
    const { gradientNorm } = result;
    const diverged = (loss: number, where: object = {}) => {
      const numbers = { loss: String(loss), learningRate, gradientNorm: String(gradientNorm) };
      return new ModelwrightError("TRAINING_DIVERGED", { step: step + 1, ...numbers, ...where });
    };
    if (!Number.isFinite(result.loss) || !Number.isFinite(gradientNorm)) throw diverged(result.loss);
    state.updates = step + 1;
    state.curve.push({ step: state.updates, loss: result.loss, learningRate });
    pace.record(rows);
    onEvent({
      type: "step",
      step: state.updates,
      totalSteps,
      epoch: state.updates / stepsPerEpoch,
      ...result,
      learningRates,
      rowsPerSecond: pace.rowsPerSecond,
      secondsLeft: pace.secondsPerStep * (totalSteps - state.updates),
    });

    const isOutOfTime = state.updates < totalSteps && options.shouldFinish?.() === true;
    const isLast = state.updates === totalSteps || isOutOfTime;
    if (validate === undefined) {
      state.finished = isLast;
      if (isLast) keepBest();
    } else if (isLast || isEvaluationDue(state.updates, stepsPerEpoch, train.evaluationsPerEpoch)) {
      const validation = await (average === undefined ? validate() : average.during(validate));
      if (!Number.isFinite(validation.loss)) throw diverged(validation.loss, { split: "validation" });
      const score = scoreOf(validation);
      const isBest = state.bestScore === undefined || score < state.bestScore;
      if (isBest) {
        state.bestScore = score;
        keepBest();
      }
      state.evaluationsSinceBest = isBest ? 0 : state.evaluationsSinceBest + 1;
      if (schedule === "plateau") state.plateau = plateauAfter(state.plateau, validation.loss, scheduleOptions);
      state.evaluations.push({ step: state.updates, ...validation });
      onEvent({
        type: "evaluation",
        step: state.updates,
        totalSteps,
        epoch: state.updates / stepsPerEpoch,
        ...validation,
        best: isBest,
      });
      const patienceSpent = state.evaluationsSinceBest >= train.patience;
      state.finished = patienceSpent || isLast;
      if (patienceSpent && !isLast) {
        const evaluations = state.evaluationsSinceBest;
        onEvent({ type: "early-stop", step: state.updates, bestStep: state.bestStep, evaluations });
      }
      pace.pause();
    }
    if (isOutOfTime) onEvent({ type: "out-of-time", step: state.updates, totalSteps, bestStep: state.bestStep });

    const stopping = options.shouldStop?.(state.updates) === true && !state.finished;
    if (stopping || state.finished || performance.now() - savedAt >= train.checkpointSeconds * 1000) {
      await save();
      savedAt = performance.now();
      pace.pause();
    }
    if (stopping) return { status: "interrupted", state, totalSteps };
  }
  arena.weights.set(best);
  buffers.values.set(buffers.best);
  return { status: "finished", state, totalSteps };
}

/** Evaluations stand evenly in a pass; the last one at its end. */
function isEvaluationDue(updates: number, stepsPerEpoch: number, evaluationsPerEpoch: number): boolean {
  const passed = (count: number) => Math.floor((count * evaluationsPerEpoch) / stepsPerEpoch);
  return passed(updates) > passed(updates - 1);
}
