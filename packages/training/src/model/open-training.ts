import { type ArenaParameter, RandomSource, type Tensor } from "@modelwright/engine";
import {
  type BuiltLoss,
  buildLoss,
  drawnParameters,
  givenOr,
  isAdapterParameter,
  LOSS_OUTPUT,
  type Parameter,
} from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import { TrainingSession } from "../trainer/training-session.ts";
import type { DefinitionOf, Outputs } from "./outputs.ts";
import { groupParameters } from "./parameter-groups.ts";
import type { TrainModelOptions } from "./train-model-options.ts";

/** A model that is about to be trained: its loss and which of its parameters are. */
export interface TrainableModel {
  readonly built: BuiltLoss;
  readonly parameters: readonly ArenaParameter[];
  readonly isTrained: (name: string) => boolean;
}

/** Builds a definition's loss from the given weights; what is not given is drawn. */
export function buildTrainable<Out extends Outputs>(
  model: DefinitionOf<Out>,
  options: TrainModelOptions<string> & { readonly seed: number },
): TrainableModel {
  const { adapters, groups } = options;
  const { trainable: isTrained = adapters === undefined ? () => true : isAdapterParameter } = options;
  const drawn = drawnParameters(RandomSource.fromSeed(options.seed).stream("parameters"));
  const source = options.parameters === undefined ? drawn : givenOr(options.parameters, "options.parameters", drawn);
  const training = { dropout: options.dropout ?? 0 };
  const built = buildLoss(model, { source, build: { trainable: isTrained, training, adapters } });
  const parameters = groupParameters(built.parameters, { groups, isTrained });
  const trained = new Map(parameters.map((parameter): [string, Parameter] => [parameter.name, parameter]));
  options.onBuilt?.(built.parameters, trained);
  return { built, parameters, isTrained };
}

/** The session that makes the updates. */
export function openSession(
  { built, parameters, isTrained }: TrainableModel,
  options: TrainModelOptions<string> & { readonly seed: number; readonly starts: Readonly<Record<string, number>> },
  compute: Compute,
): Promise<TrainingSession> {
  const { optimizer = "adam", weightDecay = 0, l1 = 0, l2 = 0, clipNorm = 0 } = options;
  return TrainingSession.create(
    {
      graph: built.graph,
      loss: LOSS_OUTPUT,
      parameters,
      dropouts: built.dropouts,
      detached: built.detached,
      noises: built.noises,
      buffers: [...built.buffers.values()].filter(({ name }) => isTrained(name)),
      ...(options.gradientCheckpointing === true ? { recompute: built.segments } : {}),
    },
    {
      optimizer: { optimizer, weightDecay, l1, l2, clipNorm },
      ...compute,
      seed: options.seed,
      starts: options.starts,
      accumulate: options.accumulate ?? 1,
      gradientNoise: options.gradientNoise ?? 0,
      lookAhead: options.lookAhead,
      averageDecay: options.averageDecay ?? 0,
      maxNorm: options.maxNorm ?? 0,
      beforeUpdate: options.beforeUpdate,
    },
  );
}

/** Weights and buffers by name: of what is trained as they are at each moment, of the rest as they were given. */
export function currentValues({ built }: TrainableModel, { arena, buffers }: TrainingSession): Record<string, Tensor> {
  const given = [...built.parameters.values(), ...built.buffers.values()].map(({ name, tensor }) => [name, tensor]);
  const live = arena.names.map((name) => [name, arena.weight(name)]);
  return { ...Object.fromEntries(given), ...Object.fromEntries(live), ...buffers.inputs };
}
