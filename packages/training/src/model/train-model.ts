import { availableParallelism } from "node:os";
import { join } from "node:path";
import { chooseProvider, defaultRuntime } from "@modelwright/engine";
import { adapterParameters, mergeAdapters } from "@modelwright/models";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import { MEAN_LOSS, ModelEvaluator } from "../evaluator/model-evaluator.ts";
import { announceProvider } from "../trainer/cpu-fallback.ts";
import { fit } from "../trainer/fit.ts";
import { scoreBy } from "./early-stopping.ts";
import { buildTrainable, currentValues, openSession } from "./open-training.ts";
import type { DefinitionOf, Outputs } from "./outputs.ts";
import { groupRates } from "./parameter-groups.ts";
import { scaledBatches } from "./scaled-batches.ts";
import { checkDataset } from "./tensor-dataset.ts";
import type { TrainModelOptions } from "./train-model-options.ts";
import { TrainedModel } from "./trained-model.ts";
import { trainingFingerprint } from "./training-fingerprint.ts";

/**
 * Trains a model: the one way into training, whatever the model and its data are.
 *
 * What `adapters` learn is added to the weights in the end: the trained model is a plain one, and has the adapters beside its weights.
 *
 * What an update sees depends only on the seed and the update's number: a run that was killed and is started again with the same
 * options and `checkpointDirectory` ends with the same weights, bit for bit.
 *
 * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for data that does not fit the model; `TRAINING_DIVERGED`;
 * `TRAINING_OPTION_INVALID` for numbers of `lookAhead`; `TRAINING_PLATEAU_UNJUDGED` for the schedule `plateau` without a validation;
 * `TRAINING_GROUP_UNKNOWN` for a learning rate of a group without parameters; `TRAINING_NOTHING_TRAINED`; `TRAINING_METRIC_UNKNOWN`;
 * `TRAINING_CHECKPOINT_MISMATCH` when the folder holds the checkpoint of another model, other data or other options;
 * `TRAINING_CHECKPOINT_THREADS` when it was written with another number of threads, `TRAINING_CHECKPOINT_PROVIDER` on another execution
 * provider; `ENGINE_PROVIDER_UNAVAILABLE`; `ENGINE_OPERATORS_ON_CPU` for what `cpuFallback: "refuse"` refuses.
 */
export async function trainModel<Out extends Outputs>(
  model: DefinitionOf<Out>,
  options: TrainModelOptions<keyof Out & string>,
): Promise<TrainedModel<Out>> {
  const { seed = 7, threads = availableParallelism(), earlyStopping = {} } = options;
  const specs = { ...model.inputs, ...model.targets };
  const data = checkDataset(options.data, specs, "data");
  const validation = options.validation && checkDataset(options.validation, specs, "validation");
  const trainable = buildTrainable(model, { ...options, seed });
  const learningRates = groupRates(trainable.parameters, options);
  const runtime = await defaultRuntime();
  const provider = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const compute = { runtime, threads, executionProvider: provider.name };
  const accumulate = options.accumulate ?? 1;
  const batches = scaledBatches(data, {
    parts: trainable.built.parts,
    batchSize: options.batchSize ?? 32,
    seed,
    shuffle: options.shuffle ?? true,
  });
  const starts = startsOf(options, Math.ceil(batches.plan(0).length / accumulate));
  const session = await openSession(trainable, { ...options, seed, starts }, compute);
  let evaluator: ModelEvaluator | undefined;
  try {
    if (validation !== undefined) {
      const { evaluation = MEAN_LOSS, adapters } = options;
      const [weights, isLive] = [currentValues(trainable, session), trainable.isTrained];
      evaluator = await ModelEvaluator.create(model, { weights, isLive, evaluation, compute, adapters });
    }
    announceProvider(provider, evaluator === undefined ? [session] : [session, evaluator], options);
    const result = await fit({
      session,
      batches,
      train: {
        epochs: options.epochs ?? 1,
        steps: options.steps,
        accumulate,
        schedule: options.schedule ?? "constant",
        scheduleOptions: options.scheduleOptions,
        warmup: options.warmup ?? 0,
        evaluationsPerEpoch: options.evaluationsPerEpoch ?? 1,
        checkpointSeconds: options.checkpointSeconds ?? 30,
        patience: earlyStopping.patience ?? Number.POSITIVE_INFINITY,
      },
      learningRates,
      starts,
      validate: evaluator && (() => evaluator!.measure(validation!)),
      score: scoreBy(earlyStopping),
      checkpoints: options.checkpoints ?? checkpointsOf(options, { trainable, data, validation }),
      onEvent: options.onEvent,
      shouldStop: options.shouldStop,
      shouldFinish: options.shouldFinish,
    });
    const { built } = trainable;
    const [trained, buffers] = [session.trained(built.parameters), session.trainedBuffers(built.buffers)];
    const parameters = options.adapters === undefined ? trained : mergeAdapters(trained, options.adapters);
    const parts = { definition: model, parameters, buffers, compute };
    return new TrainedModel(parts, { fit: result, adapters: adapterParameters(trained) });
  } finally {
    evaluator?.release();
    session.release();
  }
}

/** The updates before the first one of each group that is unfrozen later. */
function startsOf({ unfreeze }: TrainModelOptions<string>, stepsPerEpoch: number): Readonly<Record<string, number>> {
  const { every = 0, groups = [] } = unfreeze ?? {};
  return Object.fromEntries(groups.map((group, i) => [group, Math.round(every * i * stepsPerEpoch)]));
}

/** The checkpoint in the folder of a run, which knows the run by everything that decides its weights. */
function checkpointsOf(
  options: TrainModelOptions<string>,
  run: Omit<Parameters<typeof trainingFingerprint>[0], "options">,
): CheckpointStore | undefined {
  if (options.checkpointDirectory === undefined) return undefined;
  const path = join(options.checkpointDirectory, "checkpoint.safetensors");
  return new CheckpointStore(path, trainingFingerprint({ ...run, options }));
}
