import {
  type DistanceSpace,
  type FittedFeatures,
  planResampling,
  type ResampleSettings,
  type ResamplingPlan,
  resampledNumbers,
} from "@modelwright/data";
import { type FeatureWish, learnFeatures } from "./learn-features.ts";
import type { LearningRows, TableLesson } from "./learner.ts";
import { trainingNumbers } from "./training-numbers.ts";

/** The rows of a lesson as numbers; where labels are balanced by rows, as often as each other. */
export async function learningRows(
  features: FittedFeatures,
  lesson: TableLesson,
  wish: Pick<FeatureWish, "recipe" | "shouldStop">,
): Promise<LearningRows> {
  const { frame, targets, weights, resample } = lesson;
  const numbers = trainingNumbers(features, lesson);
  if (resample === undefined || targets.kind === "numbers") return { numbers, rows: frame.rows, targets, weights };
  const plan = await planOf(lesson, resample, wish);
  const actual = Int32Array.from([...plan.rows, ...plan.made.map(({ from }) => from)], (row) => targets.actual[row]!);
  return {
    numbers: resampledNumbers({ frame, numbers, features: features.features }, plan),
    rows: actual.length,
    targets: { ...targets, actual },
    weights: undefined,
  };
}

const plans = new WeakMap<TableLesson, Promise<ResamplingPlan>>();

/** All models that learn from a lesson learn from the same rows. */
function planOf(
  lesson: TableLesson,
  resample: ResampleSettings,
  wish: Pick<FeatureWish, "recipe" | "shouldStop">,
): Promise<ResamplingPlan> {
  const plan = plans.get(lesson) ?? makePlan(lesson, resample, wish);
  plans.set(lesson, plan);
  return plan;
}

async function makePlan(
  lesson: TableLesson,
  resample: ResampleSettings,
  wish: Pick<FeatureWish, "recipe" | "shouldStop">,
): Promise<ResamplingPlan> {
  const codes = Int32Array.from(lesson.targets.actual);
  const space = resample.by === "smote" ? await spaceOf(lesson, wish) : NO_SPACE;
  return planResampling(codes, resample, space);
}

const NO_SPACE: DistanceSpace = { numbers: new Float32Array(), weights: new Float64Array() };
/** Of a category that differs two columns of 0 and 1 do. */
const CATEGORY_WEIGHT = 0.5;

/** Scaled numbers, and a 0 or 1 for each category. */
async function spaceOf(lesson: TableLesson, wish: Pick<FeatureWish, "recipe" | "shouldStop">): Promise<DistanceSpace> {
  const features = await learnFeatures(lesson, { ...wish, preset: "forLinear", isPart: true });
  const categories = new Set(lesson.frame.columns.flatMap(({ kind, name }) => (kind === "category" ? [name] : [])));
  return {
    numbers: trainingNumbers(features, lesson),
    weights: Float64Array.from(features.features, ({ from }) => (categories.has(from) ? CATEGORY_WEIGHT : 1)),
  };
}
