import type { DistillationManifest, Recipes } from "@modelwright/contracts";
import { measureClassification } from "@modelwright/evaluation";
import { loadVersionOf } from "@modelwright/inference";
import { outcomeOf } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { classesOf, type LabelledRows } from "./rows.ts";
import { checkLabels, logitsOfRows, readLogits } from "./stored-logits.ts";

type Recipe = Recipes["text-classification"];

/** What a teacher says of the rows that a classifier learns from. */
export interface Teacher {
  readonly temperature: number;
  readonly weight: number;
  /** float32 `[rows, labels]`. */
  readonly logits: LearningPart<Float32Array>;
  /** What is kept of it, given what the student reached on the validation rows. */
  describe(student: Scores): DistillationManifest;
}

type Scores = DistillationManifest["validation"]["student"];

/** The smallest probability that counts: the logarithm of 0 is none. */
const LEAST = 1e-30;

/**
 * The teacher that a recipe names, asked for the rows of training and validation. Undefined where it names none.
 *
 * @throws {ModelwrightError} `TRAINING_TEACHER_UNFIT`, `TRAINING_TEACHER_LABELS`.
 */
export async function askTeacher(
  { train: { teacher, distillation, threads } }: Recipe,
  learning: LearningPart<LabelledRows>,
  context: FitContext,
): Promise<Teacher | undefined> {
  if (teacher === undefined || distillation === undefined) return undefined;
  const folder = context.folders?.[teacher];
  const asked =
    folder === undefined
      ? await askFile(teacher, learning, context)
      : await askVersion({ teacher, folder, threads }, learning, context);
  const { parameters, logits } = asked;
  const { validation } = learning;
  const scores = scoresOf(validation, logits.validation);
  return {
    ...distillation,
    logits,
    describe: (student) => ({
      teacher,
      ...(parameters === undefined ? {} : { parameters }),
      ...distillation,
      validation: { rows: validation.rows.length, teacher: scores, student },
    }),
  };
}

interface Asked {
  readonly parameters?: number;
  readonly logits: LearningPart<Float32Array>;
}

async function askFile(
  teacher: string,
  { train, validation }: LearningPart<LabelledRows>,
  { baseDir }: FitContext,
): Promise<Asked> {
  const stored = await readLogits(teacher, baseDir);
  return { logits: { train: logitsOfRows(stored, train), validation: logitsOfRows(stored, validation) } };
}

/** A version answers with probabilities, calibrated ones where it has a temperature; their logarithms are logits. */
async function askVersion(
  {
    teacher,
    folder,
    threads,
  }: { readonly teacher: string; readonly folder: string; readonly threads: number | undefined },
  { train, validation }: LearningPart<LabelledRows>,
  { provider, onProgress }: FitContext,
): Promise<Asked> {
  const model = await loadVersionOf("text-classification", folder, {
    ...(threads === undefined ? {} : { threads }),
    executionProvider: provider.name,
  });
  try {
    checkLabels(teacher, model.labels, train.labels);
    const total = train.rows.length + validation.rows.length;
    const ask = async ({ labels, rows }: LabelledRows, before: number) => {
      const outputs = labels.map((label) => model.labels.indexOf(label));
      const data = new Float32Array(rows.length * labels.length);
      await predictRows(model, rows, {
        onAnswer: (row, probabilities) =>
          data.set(
            outputs.map((output) => Math.log(Math.max(probabilities[output]!, LEAST))),
            row * labels.length,
          ),
        onProgress: (done) => onProgress({ stage: "teacher", done: before + done, total }),
      });
      return data;
    };
    const logits = { train: await ask(train, 0), validation: await ask(validation, train.rows.length) };
    return { parameters: model.manifest.model.parameters, logits };
  } finally {
    model.release();
  }
}

function scoresOf(split: LabelledRows, data: Float32Array): Scores {
  const { labels, rows } = split;
  const logits = { dtype: "float32" as const, shape: [rows.length, labels.length], data };
  const { accuracy, f1Macro } = measureClassification(outcomeOf(labels, classesOf(split), logits));
  return { accuracy, f1Macro };
}
