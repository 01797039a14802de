import { type MetricTable, type TaskSchemas, taskSchemas } from "@modelwright/contracts";
import { describeCpuOperators, type ExecutionProvider } from "@modelwright/engine";
import {
  alignColumns,
  formatMeasuresTable,
  formatValue,
  type NamedMeasures,
  titleInSentence,
} from "@modelwright/evaluation";
import type { Validation } from "@modelwright/training";
import type { EvaluationTable, RunEvent, TriedItem } from "../../pipeline/run-event.ts";
import { columns } from "../../wording/columns.ts";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { bytes, counted, duration, magnitude, percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import { colours } from "../output/colours.ts";
import { downloadLine } from "../output/download-line.ts";
import type { Screen } from "../output/screen.ts";
import { describeRecipe } from "./describe-recipe.ts";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
type Tellers = { readonly [T in RunEvent["type"]]: (event: EventOf<T>) => void };

const STAGES: Readonly<Record<EventOf<"progress">["stage"], string>> = {
  read: "reading rows",
  folds: "folds",
  duplicates: "looking for duplicates",
  tokenizer: "learning the tokenizer's tokens",
  tokenize: "cutting texts into tokens",
  teacher: "asking the teacher",
  embed: "embedding texts",
  tfidf: "training on words and characters",
  learn: "learning from the rows, percent",
  interval: "learning the interval, percent",
  calibrate: "calibrating on the validation rows",
  evaluate: "evaluating on the test split",
  baseline: "training the baseline",
  intervals: "resampling for the intervals",
};

/** A run of many epochs shows about so many of its evaluations; the report's curves have all. */
const EVALUATIONS_SHOWN = 10;

/** Tells the events of a run to a reader: what stays in lines, what passes in the progress line. */
export class TrainingNarrator {
  readonly #screen: Screen;
  readonly #evaluated: NamedMeasures[] = [];
  #tables: readonly EvaluationTable[] = [];
  #task: TaskSchemas | undefined;
  #nextEvaluationShown = 0;
  #isCandidate = false;
  readonly #passedOver = new Set<string>();
  #gates: readonly string[] = [];
  readonly #all: boolean;

  /** @param options.all Whether every metric of the test split is shown. Default: those that decide, and those of gates. */
  constructor(screen: Screen, { all = false }: { readonly all?: boolean } = {}) {
    this.#screen = screen;
    this.#all = all;
  }

  tell(event: RunEvent): void {
    // One teller for each type; the table's own type says that event and teller belong together.
    (this.#tellers[event.type] as (event: RunEvent) => void)(event);
  }

  readonly #tellers: Tellers = {
    run: ({ runId, recipe, resumed }) => {
      this.#task = taskSchemas(recipe.task);
      this.#gates = Object.keys(recipe.evaluate.gates);
      const title = `${colours.bold(recipe.name)}: ${recipe.task}, run ${runId}${resumed ? ", resumed" : ""}`;
      this.#screen.say(title, ...describeRecipe(recipe));
    },
    progress: ({ stage, done, total, secondsLeft }) => {
      const of =
        total === undefined ? "" : ` of ${total.toLocaleString("en-US")} (${percent(done / Math.max(1, total))})`;
      const left = secondsLeft === undefined ? "" : `, ${duration(Math.max(1, secondsLeft))} left`;
      this.#screen.progress(`${STAGES[stage]}: ${done.toLocaleString("en-US")}${of}${left}`);
    },
    folds: ({ folds, rows, parallel, threads, done }) => {
      const at = parallel === 1 ? "one at a time" : `${parallel} at a time`;
      const kept = done === 0 ? "" : `; ${done} are done already`;
      this.#screen.say(
        "",
        colours.bold("Cross-validation"),
        `  ${counted(rows, this.#unit)}, ${counted(folds, "model")} of a part of them, ${at}, ${counted(threads, "thread")} each${kept}`,
      );
    },
    fold: ({ name, rows, seconds, metric, measures }) => {
      const value = measures[metric];
      const reached = value === undefined ? "" : `${nameOf(metric, this.#metrics)} ${formatValue(value)} on `;
      this.#screen.say(`  ${name}: ${reached}${counted(rows, this.#unit)}, ${duration(seconds)}`);
    },
    "cross-validated": ({ crossValidation }) => this.#screen.say(...foldLines(crossValidation, this.#metrics)),
    download: (event) => this.#screen.progress(downloadLine(event)),
    pinned: (event) => this.#screen.say("", ...pinnedLines(event)),
    data: (event) => this.#screen.say("", colours.bold("Data"), ...dataLines(event, this.#unit)),
    model: ({ base, parameters, trained }) => {
      const part =
        trained === parameters ? "all trained" : `${magnitude(trained)} trained (${percent(trained / parameters)})`;
      const heading = this.#isCandidate ? [] : ["", colours.bold("Training")];
      this.#screen.say(...heading, `  ${base}: ${magnitude(parameters)} parameters, ${part}`);
    },
    vectors: ({ texts, from, problem }) => {
      const of = `vectors of ${counted(texts, "text")}`;
      if (from === "cache") this.#screen.say(`  ${of} from the cache`);
      if (problem !== undefined) {
        this.#screen.say(`  ${colours.yellow("!")} the ${of} were not kept for later runs: ${plainText(problem)}`);
      }
    },
    plan: ({ budgetSeconds, metric, candidates }) => {
      for (const { name, estimate } of candidates) if ("passedOver" in estimate) this.#passedOver.add(name);
      const title = candidates.length === 1 ? "Plan" : "Candidates";
      const lines = columns(
        candidates.map((each) => planLine(each, { budgetSeconds, metric: nameOf(metric, this.#metrics) })),
        "  ",
      );
      this.#screen.say("", `${colours.bold(title)} within ${duration(budgetSeconds)} (train.budget)`, ...lines);
    },
    "candidate-started": ({ name, title, epochs, again }) => {
      this.#isCandidate = true;
      this.#nextEvaluationShown = 0;
      const passes = epochs === undefined ? "" : `, ${counted(epochs, "epoch")}`;
      this.#screen.say("", `${colours.bold(`${STARTS[again ?? "first"]} ${name}`)}: ${title}${passes}`);
    },
    candidate: ({ metric, value, seconds, rows }) =>
      this.#screen.say(
        `  ${nameOf(metric, this.#metrics)} ${formatValue(value)} on the ${rows ?? `validation ${this.#unit}s`}, in ${duration(seconds)}`,
      ),
    "candidate-passed-over": ({ name, reason }) => {
      if (!this.#passedOver.has(name)) this.#screen.say("", `${colours.bold(name)} is passed over: ${reason}`);
    },
    chosen: ({ name, metric, value, ahead, rows }) => {
      const of = ahead === undefined ? "" : `, ${aheadWords(ahead)}`;
      const reached = `${nameOf(metric, this.#metrics)} ${formatValue(value)} on the ${rows ?? `validation ${this.#unit}s`}${of}`;
      if (ahead !== undefined) this.#screen.say("", `${colours.bold(`Chosen: ${name}`)}, ${reached}`);
    },
    head: (reached) =>
      this.#screen.say(`  head on vectors of the encoder as it is: ${validationWords(reached, this.#metrics)}`),
    pairs: ({ updates }) =>
      this.#screen.say(
        `  the encoder is tuned by pairs, in ${counted(updates, "update")}; epochs below are those of its head`,
      ),
    warning: ({ text }) => this.#screen.say(`  ${colours.yellow("!")} ${plainText(text)}`),
    provider: (event) => this.#screen.say(...providerLines(event)),
    step: (event) => this.#screen.progress(stepLine(event)),
    evaluation: (event) => {
      if (event.step < this.#nextEvaluationShown && event.step < event.totalSteps) return;
      this.#nextEvaluationShown = event.step + event.totalSteps / EVALUATIONS_SHOWN;
      this.#screen.say(evaluationLine(event, this.#metrics));
    },
    checkpoint: () => {},
    resumed: ({ step, totalSteps }) => this.#screen.say(`  goes on after step ${step} of ${totalSteps}`),
    "early-stop": ({ step, bestStep, evaluations }) =>
      this.#screen.say(
        `  stopped at step ${step}: ${counted(evaluations, "evaluation")} without a better value; the weights of step ${bestStep} are kept`,
      ),
    "out-of-time": ({ step, totalSteps, bestStep }) =>
      this.#screen.say(
        `  the budget is over after step ${step} of ${totalSteps}; the weights of step ${bestStep} are kept`,
      ),
    calibrated: ({ lines, warnings }) =>
      this.#screen.say(
        ...columns(lines, "  "),
        ...warnings.map((warning) => `  ${colours.yellow("!")} ${plainText(warning)}`),
      ),
    evaluated: ({ name, measures, tables }) => {
      this.#evaluated.push({ name, measures });
      if (tables !== undefined) this.#tables = tables;
    },
    verdict: ({ sentence, loses }) => {
      if (loses) return this.#screen.say("", `  ${colours.bold(colours.red(sentence))}`);
      const first = this.#evaluated.length > 0;
      this.#tellMeasures();
      this.#screen.say(...(first ? [""] : []), `  ${sentence}`);
    },
    registered: ({ name, version, aliases, reason }) => {
      this.#tellMeasures();
      for (const { title, rows } of this.#tables) {
        this.#screen.say("", colours.bold(title), indented(alignColumns(rows, { width: this.#screen.width - 2 })));
      }
      const alias = aliases.map((each) => ` @${each}`).join("");
      this.#screen.say("", `${colours.bold("Kept")} as ${colours.bold(`${name}:${version}${alias}`)} (${reason})`);
    },
    tried: ({ trials }) => this.#screen.say("", colours.bold(`Tried on test ${this.#unit}s`), ...triedLines(trials)),
  };

  get #metrics(): TaskSchemas["metrics"] {
    return this.#task?.metrics ?? {};
  }

  /** What the data consists of: `row`. */
  get #unit(): string {
    return this.#task?.words.unit ?? "row";
  }

  /** The table of all that were evaluated, once. */
  #tellMeasures(): void {
    if (this.#evaluated.length === 0) return;
    const hasIntervals = this.#evaluated.some(({ measures }) =>
      Object.values(measures).some(({ low }) => low !== undefined),
    );
    const title = `Test split${hasIntervals ? " with 95 % intervals" : ""}`;
    const width = this.#screen.width - 2;
    const table = formatMeasuresTable(this.#metrics, this.#evaluated, { all: this.#all, also: this.#gates, width });
    const isWhole = table === formatMeasuresTable(this.#metrics, this.#evaluated, { all: true, width });
    const rest = isWhole ? "" : " (every metric: --all, and in the report)";
    this.#screen.say("", `${colours.bold(title)}${rest}`, indented(table));
    this.#evaluated.length = 0;
  }
}

/** Metrics over all rows, and how much folds differ. */
function foldLines({ pooled, perFold }: EventOf<"cross-validated">["crossValidation"], metrics: MetricTable): string[] {
  const rows = Object.entries(pooled).map(([name, { value, low, high }]) => {
    const interval = low === undefined || high === undefined ? "" : `[${formatValue(low)}, ${formatValue(high)}]`;
    const folds = perFold[name];
    const spread = folds === undefined ? "" : `folds ${formatValue(folds.mean)} ± ${formatValue(folds.deviation)}`;
    return [metrics[name]?.title ?? name, formatValue(value), interval, spread];
  });
  return ["  all folds together, with 95 % intervals:", ...columns(rows, "    ")];
}

function indented(table: string): string {
  return table.replace(/^(?=.)/gm, "  ");
}

/** `model from the hub: owner/name at commit 1234567, 86.6 MiB`. */
function pinnedLines({ base, commit, bytes: size, fetched, unasked }: EventOf<"pinned">): string[] {
  const [name] = base.split("@");
  const how = fetched === 0 ? ", from the cache" : "";
  const old = `the hub cannot be reached (${unasked}): it is the commit of the last time`;
  return [
    `  model from the hub: ${name} at commit ${commit.slice(0, 7)}, ${bytes(size)}${how}`,
    ...(unasked === undefined ? [] : [`  ${colours.yellow("!")} ${plainText(old)}`]),
  ];
}

/** What was done with the data, row counts at the side. */
function dataLines({ report, labels }: EventOf<"data">, unit: string): string[] {
  const steps = report.steps.map(({ name, detail, rows: left, of = unit }) => [
    name,
    counted(left, of),
    plainText(detail),
  ]);
  return [
    ...columns(steps, "  "),
    `  the model reads: ${plainText(report.fields)}`,
    ...(labels === undefined ? [] : [labelsLine(labels)]),
    ...report.warnings.map((warning) => `  ${colours.yellow("!")} ${plainText(warning)}`),
  ];
}

const PROVIDERS: Readonly<Record<ExecutionProvider, string>> = { cpu: "the CPU", webgpu: "WebGPU", cuda: "CUDA" };

/** Where the run computes, why not elsewhere, and what is left to the CPU. */
function providerLines({ executionProvider, passedOver, onCpu }: EventOf<"provider">): string[] {
  const lines = [`  on ${PROVIDERS[executionProvider]}`];
  for (const { name, problem } of passedOver) lines.push(`    not on ${PROVIDERS[name]}: ${plainText(problem ?? "")}`);
  if (onCpu.length > 0) {
    lines.push(`  ${colours.yellow("!")} left to the CPU, with copies: ${plainText(describeCpuOperators(onCpu))}`);
  }
  return lines;
}

const STARTS: Readonly<Record<NonNullable<EventOf<"candidate-started">["again"]> | "first", string>> = {
  first: "Training",
  interrupted: "Going on with",
  best: "Back to the best so far,",
};

/** A candidate, what it is, and how long it takes; where the budget cuts it, what it would take. */
function planLine(
  { name, title, estimate, reached, isBegun }: EventOf<"plan">["candidates"][number],
  { budgetSeconds, metric }: { readonly budgetSeconds: number; readonly metric: string },
): string[] {
  if ("passedOver" in estimate) return [name, title, `passed over: ${estimate.passedOver}`];
  if (reached !== undefined) return [name, title, `reached ${metric} ${formatValue(reached.value)} before`];
  if (isBegun === true) return [name, title, "was interrupted, goes on"];
  const { seconds, epochs, wanted } = estimate;
  const passes = (count: number) => `${counted(count, "epoch")} ≈ `;
  const planned = `${epochs === undefined ? "≈ " : passes(epochs)}${duration(Math.max(1, seconds))}`;
  if (wanted === undefined) return [name, title, planned];
  const whole = `${passes(wanted.epochs)}${duration(wanted.seconds)}`;
  return [name, title, `${whole}: over the budget of ${duration(budgetSeconds)}; ${planned}`];
}

function aheadWords({ of, by }: NonNullable<EventOf<"chosen">["ahead"]>): string {
  return `${formatValue(Math.abs(by))} ${by < 0 ? "behind" : "ahead of"} ${of}`;
}

function labelsLine(labels: readonly string[]): string {
  const names = labels.slice(0, 8).map((label) => `"${shorten(plainText(label), 30)}"`);
  if (labels.length > names.length) names.push(`${labels.length - names.length} more`);
  return `  ${counted(labels.length, "label")}: ${names.join(", ")}`;
}

function stepLine({ step, totalSteps, epoch, loss, rowsPerSecond, secondsLeft }: EventOf<"step">): string {
  const share = percent(step / totalSteps);
  return `step ${step} of ${totalSteps} (${share}), epoch ${epoch.toFixed(1)}, loss ${loss.toFixed(4)}, ${rowsPerSecond.toFixed(0)} rows/s, ${duration(secondsLeft)} left`;
}

/** Measures of a validation that a test split does not have. */
const MEASURE_NAMES: Readonly<Record<string, string>> = {
  "accuracy.next": "token accuracy",
  "accuracy.masked": "token accuracy",
  "accuracy.nextSentence": "next sentence",
};

function evaluationLine({ epoch, loss, measures, best }: EventOf<"evaluation">, metrics: MetricTable): string {
  const validation = validationWords({ loss, measures }, metrics);
  return `  epoch ${epoch.toFixed(1).padStart(4)}: ${validation}${best ? colours.green("  best so far") : ""}`;
}

/** What was reached on the validation rows. */
function validationWords({ loss, measures }: Validation, metrics: MetricTable): string {
  const values = Object.entries(measures).map(([name, value]) => `${nameOf(name, metrics)} ${formatValue(value)}`);
  return `validation ${[`loss ${loss.toFixed(4)}`, ...values].join(", ")}`;
}

/** A measure as it stands in a sentence: `macro F1`. */
function nameOf(measure: string, metrics: MetricTable): string {
  const title = metrics[measure]?.title;
  if (title === undefined) return MEASURE_NAMES[measure] ?? measure;
  return titleInSentence(title);
}

/** One line per item; a wrong answer says what was right. */
function triedLines(trials: readonly TriedItem[]): string[] {
  return trials.map(({ item, answer: [answer, ...details], actual, milliseconds }) => {
    const shown = [plainText(answer), ...details.map(plainText)].join("  ");
    const right = actual === undefined || actual === answer ? "" : ` (is ${plainText(actual)})`;
    return `  ${showItem(item, 60)} → ${shown}${right}  ${milliseconds.toFixed(1)} ms`;
  });
}
