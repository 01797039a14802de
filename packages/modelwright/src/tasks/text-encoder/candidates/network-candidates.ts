import { asFrozen, asScratch, type TextItem } from "@modelwright/contracts";
import { counted, duration } from "../../../wording/quantities.ts";
import type { LearningPart } from "../../task.ts";
import { ARCHITECTURES } from "../architectures.ts";
import { type FittedTextEncoder, fitTextEncoder, type HeadTask } from "../fit-text-encoder.ts";
import type { TextEncoderRecipe } from "../text-encoder-recipe.ts";
import type { Candidate, Measured, Pace } from "./candidate.ts";
import type { Reached } from "./candidate-event.ts";

/** What the candidates that are networks share. */
export interface NetworkTask {
  readonly recipe: TextEncoderRecipe;
  readonly texts: LearningPart<readonly TextItem[]>;
  readonly head: HeadTask;
  readonly reached: (fitted: FittedTextEncoder) => Reached;
  /** Whether it is the only candidate: then it is trained whatever the budget is, and ends where that ends. */
  readonly isOnly: boolean;
}

/** Seconds of an update of a head on cached vectors. */
const HEAD_STEP = 1e-3;
/** Passes without which a network that starts from nothing is behind TF-IDF by far: decision 048. */
const SCRATCH_EPOCHS = 3;
/** Seconds until a graph is built and opened. */
const SETUP = 2;

/** Only the head is trained, on vectors that are computed once. */
export function frozenCandidate({ recipe, texts, head, reached, isOnly }: NetworkTask): Candidate<FittedTextEncoder> {
  const frozen = isOnly ? recipe : asFrozen(recipe);
  const { patience } = frozen.train.earlyStopping;
  // The loss of a linear head has one minimum, and is steadier on few rows than what is counted.
  const earlyStopping = isOnly ? head.earlyStopping : ({ metric: "loss", better: "lower", patience } as const);
  return {
    name: "frozen",
    title: `head on ${recipe.model.base}`,
    estimate: ({ rows, validationRows, pretrained }, left) => {
      const steps = (frozen.train.epochs * rows) / frozen.train.batchSize;
      const seconds = SETUP + (rows + validationRows) * pretrained!.secondsPerText + steps * HEAD_STEP;
      return isOnly || seconds <= left ? { seconds } : { passedOver: `≈ ${duration(seconds)} is over the budget` };
    },
    fit: (_, context) => fitTextEncoder(frozen, texts, { head: { ...head, earlyStopping }, context }),
    reached,
  };
}

/** Every weight of the encoder is trained, or those that the recipe names, in as many passes as fit. */
export function fullCandidate(network: NetworkTask): Candidate<FittedTextEncoder> {
  const recipe = asTrained(network.recipe);
  const { base, fineTune } = recipe.model;
  return trainedInPasses(network, {
    name: fineTune,
    title: fineTune === "full" ? `all of ${base}` : `${base}, ${fineTune}`,
    recipe,
    paceOf: ({ pretrained }) => pretrained!,
    leastEpochs: 1,
  });
}

/** A network that has read nothing but the training rows, in as many passes as fit. */
export function scratchCandidate(network: NetworkTask): Candidate<FittedTextEncoder> {
  const { candidate, title } = ARCHITECTURES[network.recipe.model.architecture];
  return trainedInPasses(network, {
    name: candidate,
    title: `${title} from scratch`,
    recipe: asScratch(network.recipe),
    paceOf: ({ scratch }) => scratch!,
    leastEpochs: SCRATCH_EPOCHS,
  });
}

/** A network that is trained in as many passes as fit. */
export function trainedInPasses(
  { texts, head, reached, isOnly }: NetworkTask,
  candidate: Pick<Candidate<FittedTextEncoder>, "name" | "title"> & {
    /** Of it alone. */
    readonly recipe: TextEncoderRecipe;
    readonly paceOf: (measured: Measured) => Pace;
    /** Passes below which it has no chance. */
    readonly leastEpochs: number;
  },
): Candidate<FittedTextEncoder> {
  const { name, title, recipe, paceOf } = candidate;
  const leastEpochs = isOnly ? 1 : Math.min(candidate.leastEpochs, recipe.train.epochs);
  return {
    name,
    title,
    estimate: (measured, left) => {
      const pace = paceOf(measured);
      const { setupSeconds = SETUP } = pace;
      const perEpoch = secondsPerEpoch(recipe, { ...measured, pace });
      const wanted = { epochs: recipe.train.epochs, seconds: setupSeconds + recipe.train.epochs * perEpoch };
      if (wanted.seconds <= left) return { epochs: wanted.epochs, seconds: wanted.seconds };
      const secondsOf = (epochs: number) => setupSeconds + epochs * perEpoch;
      const fitting = Math.floor((left - setupSeconds) / perEpoch);
      if (!isOnly && fitting < leastEpochs) {
        return {
          passedOver: `${counted(leastEpochs, "epoch")} ≈ ${duration(secondsOf(leastEpochs))} is over the budget`,
        };
      }
      const epochs = Math.max(leastEpochs, fitting);
      return { epochs, seconds: secondsOf(epochs), wanted };
    },
    fit: ({ epochs = recipe.train.epochs }, context) =>
      fitTextEncoder(withEpochs(recipe, epochs), texts, { head, context }),
    reached,
  };
}

/** Backward passes cost twice what the forward pass does, and updates something; where it was not measured. */
export const STEP_BY_READING = 3.2;

/** Rows, and how fast a network passes over them. */
type PacedRows = Pick<Measured, "rows" | "validationRows"> & { readonly pace: Pace };

function secondsPerEpoch({ train }: TextEncoderRecipe, { rows, validationRows, pace }: PacedRows): number {
  const { secondsPerText, secondsPerStep, stepsPerEpoch: steps = Math.ceil(rows / train.batchSize) } = pace;
  const step = secondsPerStep ?? STEP_BY_READING * secondsPerText * Math.min(rows, train.batchSize);
  return steps * step + validationRows * secondsPerText;
}

/** Whether a pass over the rows may fit so many seconds, by the reading of texts alone: whether it is worth measuring an update. */
export function mayFit(recipe: TextEncoderRecipe, rows: PacedRows, seconds: number): boolean {
  return secondsPerEpoch(recipe, rows) <= seconds;
}

function withEpochs(recipe: TextEncoderRecipe, epochs: number): TextEncoderRecipe {
  return { ...recipe, train: { ...recipe.train, epochs } } as TextEncoderRecipe;
}

/** The recipe of an encoder that is trained: every weight, where it leaves that open. */
export function asTrained(recipe: TextEncoderRecipe): TextEncoderRecipe {
  const { fineTune } = recipe.model;
  return {
    ...recipe,
    model: { ...recipe.model, fineTune: fineTune === "auto" ? "full" : fineTune },
  } as TextEncoderRecipe;
}
