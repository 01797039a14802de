import { choices, defineError, listed } from "./error-definition.ts";

export const trainingErrors = {
  TRAINING_DIVERGED: defineError<{
    step: number;
    loss: string;
    learningRate: number;
    gradientNorm: string;
    split?: "validation";
  }>({
    status: 422,
    meaning: "The loss, of training or of validation rows, or the gradient became NaN or infinite.",
    message: (d) =>
      `step ${d.step}: the ${d.split === undefined ? "" : "validation "}loss became ${d.loss} at learning rate ${d.learningRate} (gradient norm ${d.gradientNorm})`,
    remedy: (d) =>
      `Lower the learning rate (train.learningRate, or train.headLearningRate of a head), for example to ${Number((d.learningRate / 10).toPrecision(2))}, and keep train.clipNorm at 1 or below.`,
  }),
  TRAINING_CHECKPOINT_MISMATCH: defineError<{ path: string }>({
    status: 409,
    meaning:
      "A checkpoint belongs to another recipe, other data or other weights than the run that wants to resume from it.",
    message: (d) => `${d.path}: the checkpoint was written for another recipe or other data`,
    remedy: "Resume with the recipe and the data files as they were, or train anew without --resume.",
  }),
  TRAINING_CHECKPOINT_THREADS: defineError<{ path: string; written: number; now: number }>({
    status: 409,
    meaning: "A checkpoint was written with another number of threads, by which sums are rounded differently.",
    message: (d) => `${d.path}: the checkpoint was written with threads ${d.written}, this run has ${d.now}`,
    remedy: (d) =>
      `Resume with train.threads: ${d.written} (the option "threads" in programs), or train anew without it.`,
  }),
  TRAINING_CHECKPOINT_PROVIDER: defineError<{ path: string; written: string; now: string }>({
    status: 409,
    meaning: "A checkpoint was written on another execution provider, which rounds sums differently.",
    message: (d) => `${d.path}: the checkpoint was written with executionProvider ${d.written}, this run has ${d.now}`,
    remedy: (d) =>
      `Resume with train.executionProvider: ${d.written} (the option "executionProvider" in programs), or train anew without it.`,
  }),
  TRAINING_CHECKPOINT_DAMAGED: defineError<{ path: string; problem: string }>({
    status: 409,
    meaning: "A checkpoint file is not what was written: cut short or changed on disk.",
    message: (d) => `${d.path}: the checkpoint is damaged: ${d.problem}`,
    remedy: "Put the file back from a copy, or train anew without --resume; check the disk.",
  }),
  TRAINING_PLATEAU_UNJUDGED: defineError<Record<string, never>>({
    status: 400,
    meaning: "The schedule plateau was asked for without a validation split, whose loss alone tells it when to fall.",
    message: () => 'schedule: "plateau" lowers the learning rate by the validation loss, got no validation split',
    remedy: 'Give a validation split, or choose another schedule, for example "cosine".',
  }),
  TRAINING_PAIRS_MISSING: defineError<{ labels: number }>({
    status: 422,
    meaning: "An encoder was to be tuned by pairs of rows with the same label, and each label has one training row.",
    message: (d) =>
      `fineTune: contrastive needs two training rows with the same label, got one of each of the ${d.labels} labels`,
    remedy:
      "Add rows, keep fewer of them for data.split.test and data.split.validation, or write model.fineTune: frozen.",
  }),
  TRAINING_TEACHER_UNFIT: defineError<{ teacher: string; rule: string; got: string; instead: string }>({
    status: 422,
    meaning: "What train.teacher names is no teacher, or does not answer for the rows that the model learns from.",
    message: (d) => `train.teacher "${d.teacher}": ${d.rule}, got ${d.got}`,
    remedy: (d) => d.instead,
  }),
  TRAINING_TEACHER_LABELS: defineError<{ teacher: string; alone: readonly string[]; missing: readonly string[] }>({
    status: 422,
    meaning: "A teacher and the model that learns from it tell different labels apart.",
    message: (d) =>
      `train.teacher "${d.teacher}": its labels must be those of the training rows, got ${[
        ...(d.alone.length === 0 ? [] : [`${listed(d.alone)} beside them`]),
        ...(d.missing.length === 0 ? [] : [`none for ${listed(d.missing)}`]),
      ].join(" and ")}`,
    remedy: "Name a teacher that was trained on the same labels, or train on rows with the labels of this one.",
  }),
  TRAINING_OPTION_INVALID: defineError<{ option: string; rule: string; value: number }>({
    status: 400,
    meaning: "An option of a training program is out of its range.",
    message: (d) => `${d.option} must be ${d.rule}, got ${d.value}`,
    remedy: "Give a value in that range, or leave the option out.",
  }),
  TRAINING_GROUP_UNKNOWN: defineError<{ group: string; groups: readonly string[] }>({
    status: 400,
    meaning: "A learning rate was given to a group that has no trained parameter.",
    message: (d) => `learningRates: no trained parameter is in the group "${d.group}"`,
    remedy: (d) => `Groups that have parameters: ${choices(d.groups)}. Change learningRates, groups or trainable.`,
  }),
  TRAINING_NOTHING_TRAINED: defineError<{ parameters: readonly string[] }>({
    status: 400,
    meaning: "The option trainable leaves a model without a parameter to train.",
    message: () => "trainable: it is false for every parameter of the model",
    remedy: (d) => `Let it be true for some of these: ${choices(d.parameters)}.`,
  }),
  TRAINING_METRIC_UNKNOWN: defineError<{ metric: string; known: readonly string[] }>({
    status: 400,
    meaning: "Training is to stop by a metric that its evaluation does not give.",
    message: (d) => `earlyStopping.metric: the evaluation gives no "${d.metric}"`,
    remedy: (d) => `Choose one that it gives: ${choices(d.known)}.`,
  }),
  TRAINING_TENSOR_MISMATCH: defineError<{ where: string; rule: string; got: string }>({
    status: 400,
    meaning: "A tensor given to a model for training, evaluation or prediction is not what the model declares.",
    message: (d) => `${d.where}: ${d.rule}, got ${d.got}`,
    remedy: "Change the tensor, or the inputs and targets of the model definition.",
  }),
  TRAINING_TREES_DATA: defineError<{ where: string; rule: string; got: string }>({
    status: 400,
    meaning: "Columns, targets or weights that trees are to be grown on do not fit one another, or the objective.",
    message: (d) => `${d.where}: ${d.rule}, got ${d.got}`,
    remedy: "Change the rows, or choose the objective that fits them.",
  }),
  TRAINING_TREES_RESUME: defineError<{ what: string; expected: string; got: string }>({
    status: 409,
    meaning: "Trees are to be continued by a training with another objective or other rows.",
    message: (d) => `resume: the trees were grown with ${d.what} ${d.got}, and this training has ${d.expected}`,
    remedy: "Continue them with the rows and options that they were begun with, or grow trees anew.",
  }),
  TRAINING_NOTHING_TO_RESUME: defineError<{ run: string; why: string; unfinished: readonly string[] }>({
    status: 404,
    meaning:
      "No run can be resumed: it is unknown, finished, or belongs to a recipe with other values or to other weights of its base.",
    message: (d) => `cannot resume ${d.run === "newest" ? "the newest run" : `run ${d.run}`}: ${d.why}`,
    remedy: (d) =>
      d.unfinished.length === 0
        ? "Resume with the values and the base that the run was started with, or train anew without --resume."
        : `Unfinished runs of this recipe: ${choices(d.unfinished)}. Otherwise train anew without --resume.`,
  }),
};
