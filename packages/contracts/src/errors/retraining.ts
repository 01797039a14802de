import { defineError } from "./error-definition.ts";

export const retrainingErrors = {
  RETRAIN_TASK_UNSUPPORTED: defineError<{ version: string; task: string }>({
    status: 400,
    meaning: "There is feedback on a version whose task cannot learn from feedback.",
    message: (d) => `${d.version} is of the task ${d.task}, which does not learn from feedback`,
    remedy: "Add what you know to its data, and train it with modelwright train.",
  }),
  RETRAIN_HELD_OUT_UNKNOWN: defineError<{ version: string }>({
    status: 409,
    meaning:
      "A version does not tell which rows it was tested on, so that a new one cannot be kept from learning them.",
    message: (d) => `${d.version} does not tell which rows it was tested on`,
    remedy: "Train it once with modelwright train, as this Modelwright does; from then on it can be trained anew.",
  }),
  RETRAIN_DATA_UNKNOWN: defineError<{ version: string; source: string }>({
    status: 404,
    meaning: "A version was trained on data with a relative path, and it is not known from which folder.",
    message: (d) => `${d.version} was trained on "${d.source}", and its run does not tell from which folder`,
    remedy: "Name the folder with --from: the one in which the recipe lay.",
  }),
  RETRAIN_RECIPE_UNREADABLE: defineError<{ version: string; run: string }>({
    status: 409,
    meaning: "The recipe of a version's run is one that this Modelwright does not read.",
    message: (d) => `this Modelwright cannot read the recipe of ${d.version}, which run ${d.run} keeps`,
    remedy: "Write the recipe anew, and train it with modelwright train; from then on it can be trained anew.",
  }),
  RETRAIN_NOTHING_NEW: defineError<{ version: string }>({
    status: 409,
    meaning: "Neither the data nor the accepted feedback has changed since a version was trained.",
    message: (d) =>
      `there is nothing that ${d.version} has not learnt: the same data, and no accepted feedback that is new`,
    remedy: "Accept feedback, or add rows to the data; --anyway trains all the same.",
  }),
  RETRAIN_FEEDBACK_GONE: defineError<{ run: string; gone: number; of: number }>({
    status: 409,
    meaning:
      "A retraining that was stopped cannot go on, since feedback that it learns from was erased or rejected, or outdone by newer.",
    message: (d) =>
      `run ${d.run} learns from ${d.of} pieces of feedback, of which ${d.gone} are not what counts any more`,
    remedy: "Begin anew with modelwright retrain, without --resume.",
  }),
  SCHEDULE_CRON_INVALID: defineError<{ job: string; pattern: string; timezone: string; problem: string }>({
    status: 400,
    meaning: "A job's time is none that cron knows, or its time zone does not exist.",
    message: (d) => `job "${d.job}": cron "${d.pattern}" in ${d.timezone}: ${d.problem}`,
    remedy:
      'Write five fields (minute, hour, day, month, day of the week), for example "0 3 * * 1", and a time zone such as Europe/Berlin.',
  }),
} as const;
