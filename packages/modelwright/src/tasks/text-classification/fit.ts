import {
  type CandidatesManifest,
  type ClassifierFineTuneKind,
  type DistillationManifest,
  fineTuneKind,
  type Recipes,
} from "@modelwright/contracts";
import { measureClassification } from "@modelwright/evaluation";
import { classObjective, distillationObjective } from "@modelwright/models";
import {
  classGradient,
  classificationEvaluation,
  classTargets,
  classWeightsOf,
  distillationTargets,
  type NgramModel,
  outcomeOf,
  stopClassifierBy,
  type trainNgramModel,
} from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import type { Candidate } from "../text-encoder/candidates/candidate.ts";
import { chooseCandidate } from "../text-encoder/candidates/choose-candidate.ts";
import { contrastiveCandidate } from "../text-encoder/candidates/contrastive-candidate.ts";
import { measureNetworks } from "../text-encoder/candidates/measure-networks.ts";
import {
  frozenCandidate,
  fullCandidate,
  type NetworkTask,
  scratchCandidate,
} from "../text-encoder/candidates/network-candidates.ts";
import { type NetworksWorthATry, networksWorthATry } from "../text-encoder/candidates/networks-worth-a-try.ts";
import { type FittedNgrams, ngramCandidate } from "../text-encoder/candidates/ngram-candidate.ts";
import { type FittedTextEncoder, fitTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { itemsOf, textsOf } from "../text-encoder/text-rows.ts";
import { classesOf, type LabelledRows } from "./rows.ts";
import { askTeacher, type Teacher } from "./teacher.ts";

type Recipe = Recipes["text-classification"];
type Learning = LearningPart<LabelledRows>;

/** What tells labels apart. */
export type FittedModel = FittedTextEncoder | FittedNgrams;

/** A classifier, and what it was chosen from. */
export interface FittedClassifier {
  readonly labels: readonly string[];
  readonly model: FittedModel;
  /** Absent where there was nothing to choose. */
  readonly candidates?: CandidatesManifest;
  /** Absent where it learnt from labels alone. */
  readonly distillation?: DistillationManifest;
  /** TF-IDF, where it was a candidate and lost: the baseline need not be trained again. */
  readonly tfidf?: NgramModel;
}

const parts = (network: NetworkTask) => [fullCandidate({ ...network, isOnly: true })];

/** Candidates by the kind of `model.fineTune`, in the order in which they are tried. */
const CANDIDATES: Readonly<
  Record<
    ClassifierFineTuneKind | "auto",
    (network: NetworkTask, learning: Learning, worthATry: NetworksWorthATry) => readonly Candidate<FittedModel>[]
  >
> = {
  auto: (network, learning, { scratch, pretrained }) => [
    ngramsOf(network.recipe as Recipe, learning),
    ...(scratch ? [scratchCandidate(network)] : []),
    ...(pretrained ? [frozenCandidate(network), fullCandidate(network)] : []),
  ],
  frozen: (network) => [frozenCandidate({ ...network, isOnly: true })],
  contrastive: (network) => [contrastiveCandidate({ ...network, isOnly: true })],
  full: (network, _, { pretrained }) => [(pretrained ? fullCandidate : scratchCandidate)({ ...network, isOnly: true })],
  last: parts,
  lora: parts,
  bitfit: parts,
};

/** The metric by which candidates are compared. */
const METRIC = "f1Macro";

/** Fits a classifier by cross-entropy, and by its teacher where it has one: the one that the recipe names, or the best of its candidates. */
export async function fitClassifier(
  recipe: Recipe,
  learning: Learning,
  context: FitContext,
): Promise<FittedClassifier | undefined> {
  const { labels } = learning.train;
  const teacher = await askTeacher(recipe, learning, context);
  const network = networkOf(recipe, learning, teacher);
  const { budget } = recipe.train;
  const { fineTune } = recipe.model;
  if (budget === undefined) {
    const model = await fitTextEncoder(recipe, network.texts, { head: network.head, context });
    return model && { labels, model, ...taughtBy(teacher, model) };
  }
  const worthATry = await networksWorthATry(recipe, {
    texts: network.texts,
    outputs: labels.length,
    context,
  });
  const kind = fineTune === "auto" ? fineTune : fineTuneKind(fineTune).kind;
  const chosen = await chooseCandidate(CANDIDATES[kind](network, learning, worthATry), {
    budget,
    metric: METRIC,
    measure: (budgetSeconds) => measureNetworks(network, { worthATry, budgetSeconds, context }),
    context,
  });
  if (chosen === undefined) return undefined;
  const { fitted: model, candidates, others } = chosen;
  const tfidf = others.get("tfidf");
  return {
    labels,
    model,
    candidates,
    ...taughtBy(teacher, model),
    ...(tfidf?.kind === "tfidf" ? { tfidf: tfidf.model } : {}),
  };
}

/** What a classifier keeps of its teacher. */
function taughtBy(teacher: Teacher | undefined, model: FittedModel): Pick<FittedClassifier, "distillation"> {
  if (teacher === undefined || model.kind === "tfidf") return {};
  const { measures } = bestOf(model);
  return { distillation: teacher.describe({ accuracy: measures["accuracy"]!, f1Macro: measures[METRIC]! }) };
}

/** What the best weights of a network gave on the validation rows. */
function bestOf({ fit: { state } }: FittedTextEncoder) {
  const best = state.evaluations.find(({ step }) => step === state.bestStep);
  if (best === undefined) throw new Error("a trained network has no evaluation of its best weights");
  return best;
}

function networkOf(recipe: Recipe, { train, validation }: Learning, teacher: Teacher | undefined): NetworkTask {
  const { labels } = train;
  const { labelSmoothing, earlyStopping } = recipe.train;
  const classes = { train: classesOf(train), validation: classesOf(validation) };
  const classWeights = classWeightsOf(recipe.train.classWeights, classes.train, labels.length);
  return {
    recipe,
    isOnly: false,
    texts: { train: itemsOf(train.rows), validation: itemsOf(validation.rows) },
    head: {
      ...withTeacher(
        {
          objective: classObjective({ classes: labels.length, labelSmoothing, classWeights }),
          trainTargets: classTargets(classes.train, classWeights),
          validationTargets: classTargets(classes.validation, classWeights),
        },
        teacher,
      ),
      evaluation: classificationEvaluation(labels, classes.validation),
      classes: classes.train,
      earlyStopping: stopClassifierBy(earlyStopping),
    },
    reached: (fitted) => {
      const { measures, loss } = bestOf(fitted);
      return { value: measures[METRIC]!, logLoss: loss };
    },
  };
}

type Learnt = Pick<NetworkTask["head"], "objective" | "trainTargets" | "validationTargets">;

/** The same from a teacher beside the labels, where there is one. */
function withTeacher(learnt: Learnt, teacher: Teacher | undefined): Learnt {
  if (teacher === undefined) return learnt;
  const { logits, ...options } = teacher;
  const { width } = learnt.objective;
  return {
    objective: distillationObjective(learnt.objective, options),
    trainTargets: distillationTargets(learnt.trainTargets, logits.train, width),
    validationTargets: distillationTargets(learnt.validationTargets, logits.validation, width),
  };
}

function ngramsOf(recipe: Recipe, learning: Learning): Candidate<FittedNgrams> {
  const { labels } = learning.train;
  const classes = classesOf(learning.validation);
  const texts = textsOf(learning.validation.rows);
  return ngramCandidate({
    training: ngramTraining(recipe, learning),
    reached: (model) => {
      const { f1Macro, logLoss } = measureLogits(labels, classes, model.logits(texts));
      return { value: f1Macro, logLoss };
    },
  });
}

/** How TF-IDF under a linear model learns labels, as a candidate and as a baseline. */
export function ngramTraining(recipe: Recipe, { train, validation }: Learning): Parameters<typeof trainNgramModel>[0] {
  const { labels } = train;
  const [classes, validationClasses] = [classesOf(train), classesOf(validation)];
  return {
    train: textsOf(train.rows),
    validation: textsOf(validation.rows),
    width: labels.length,
    gradient: classGradient(classes, classWeightsOf(recipe.train.classWeights, classes, labels.length)),
    loss: (logits) => measureLogits(labels, validationClasses, logits).logLoss,
    seed: recipe.train.seed,
  };
}

function measureLogits(labels: readonly string[], classes: Int32Array, logits: Float32Array) {
  const shape = [classes.length, labels.length];
  return measureClassification(outcomeOf(labels, classes, { dtype: "float32", shape, data: logits }));
}
