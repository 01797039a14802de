import type { DriftPart, Measure, MetricDescription, MonitorCheckName, MonitorSettings } from "@modelwright/contracts";
import { formatInterval, formatValue, shareInterval, titleInSentence } from "@modelwright/evaluation";
import { counted, percent } from "../wording/quantities.ts";
import type { MonitorCheck, MonitorReport, MonitorVerdict } from "./report.ts";

type Facts = Omit<MonitorReport, "verdict" | "checks">;

export interface CheckContext {
  readonly report: Facts;
  readonly settings: MonitorSettings;
  readonly metrics: Readonly<Record<string, MetricDescription>>;
  readonly examples: { readonly answered: readonly string[]; readonly failed: readonly string[] };
}

type Judged = Pick<MonitorCheck, "verdict" | "text"> & { readonly examples?: readonly string[] };

/** Everything that is looked at; a new check is a row here and in the contracts. */
const CHECKS: { readonly [Check in MonitorCheckName]: (context: CheckContext) => Judged } = {
  inputs: (context) => driftOf("input", context),
  outputs: (context) => driftOf("output", context),
  confidence: (context) => driftOf("confidence", context),
  "estimated-quality": estimatedQuality,
  quality: realisedQualityOf,
  failures: failuresOf,
  latency: latencyOf,
};

export function judgeTraffic(context: CheckContext): Pick<MonitorReport, "verdict" | "checks"> {
  const checks = (Object.keys(CHECKS) as MonitorCheckName[]).map((check): MonitorCheck => {
    const { verdict, text, examples = context.examples.answered } = CHECKS[check](context);
    return { check, verdict, text, examples: verdict === "alert" || verdict === "undecided" ? examples : [] };
  });
  const has = (verdict: MonitorVerdict) => checks.some((each) => each.verdict === verdict);
  const { all } = context.report.predictions;
  const few = all < context.settings.least ? "too few" : "fine";
  return { verdict: has("alert") ? "alert" : has("undecided") ? "undecided" : few, checks };
}

const NOUNS: Readonly<Record<DriftPart, string>> = { input: "inputs", output: "answers", confidence: "confidence" };

function driftOf(part: DriftPart, { report, settings: { least } }: CheckContext): Judged {
  const { drift } = report;
  if ("because" in drift) return { verdict: "untold", text: drift.because };
  const rows = part === "input" ? drift.itemRows : drift.rows;
  if (part === "input" && drift.itemRows === 0 && drift.rows > 0)
    return { verdict: "untold", text: "items are not recorded: serve with --record items" };
  if (rows < least) return { verdict: "too few", text: `${counted(rows, "prediction")}, ${least} are wanted` };
  const columns = drift.columns.filter((column) => column.part === part);
  if (columns.length === 0) return { verdict: "untold", text: `the task says nothing of ${NOUNS[part]} to compare` };
  const drifted = columns.filter(({ verdict }) => verdict === "drifted").sort((a, b) => distance(b) - distance(a));
  const open = columns.filter(({ verdict }) => verdict === "undecided").sort((a, b) => distance(b) - distance(a));
  if (drifted.length > 0)
    return { verdict: "alert", text: `drifted: ${drifted.slice(0, 5).map(inWords).join("; ")}${more(drifted)}` };
  if (open.length > 0)
    return { verdict: "undecided", text: `may be chance: ${open.slice(0, 5).map(inWords).join("; ")}${more(open)}` };
  return { verdict: "fine", text: `${counted(columns.length, "column")} as in the ${drift.origin}` };
}

function more({ length }: readonly unknown[]): string {
  return length > 5 ? `; and ${length - 5} more` : "";
}

type Drifted = Extract<MonitorReport["drift"], { readonly columns: unknown }>["columns"][number];

function distance({ stability, energy }: Drifted): number {
  return stability ?? energy ?? 0;
}

/** `text (length), PSI 0.41 (drift from 0.20 on, p < 0.001), only now: fr`. */
function inWords(column: Drifted): string {
  const { name, stability, threshold, chance, unseen } = column;
  const what = stability === undefined ? "energy" : "PSI";
  const only = unseen.length === 0 ? "" : `, only now: ${unseen.slice(0, 3).join(", ")}`;
  return `${name}, ${what} ${distance(column).toFixed(2)} (drift from ${threshold.drifted.toFixed(2)} on, ${chanceInWords(chance)})${only}`;
}

export function chanceInWords(chance: number): string {
  return chance < 0.001 ? "p < 0.001" : `p = ${chance.toFixed(3)}`;
}

/** Whether a measure is worse than another one: as its interval shows, by its value alone, or not. */
function compared(now: Measure, before: Measure, better: MetricDescription["better"]): MonitorVerdict {
  const { value, low = value, high = value } = now;
  const { low: from = before.value, high: to = before.value } = before;
  const [shown, looks] = better === "higher" ? [high < from, value < from] : [low > to, value > to];
  return shown ? "alert" : looks ? "undecided" : "fine";
}

function measureInWords(measure: Measure): string {
  return `${formatValue(measure.value)} ${formatInterval(measure)}`.trimEnd();
}

function estimatedQuality({ report, metrics, settings }: CheckContext): Judged {
  const { deciding, estimated } = report.quality;
  if ("because" in estimated) return { verdict: "untold", text: estimated.because };
  if (estimated.rows < settings.least)
    return { verdict: "too few", text: `${counted(estimated.rows, "answer")}, ${settings.least} are wanted` };
  const measure = estimated.measures[deciding];
  if (measure === undefined)
    return { verdict: "untold", text: `the answers do not define ${nameOf(metrics, deciding)}` };
  const now = `${nameOf(metrics, deciding)} would be ${measureInWords(measure)} if probabilities are right`;
  const { reference } = estimated;
  if (reference === undefined)
    return { verdict: "untold", text: `${now}; the reference says nothing to compare it with` };
  const verdict = compared(measure, reference, metrics[deciding]!.better);
  return { verdict, text: `${now}; of the reference it was ${measureInWords(reference)}` };
}

function realisedQualityOf({ report, metrics, settings }: CheckContext): Judged {
  const { realised, tested, deciding } = report.quality;
  if ("because" in realised)
    return { verdict: realised.labels === undefined ? "untold" : "too few", text: realised.because };
  const bounds = Object.entries(settings.limits.metrics ?? {}).flatMap(([name, { min, max }]) => [
    ...(min === undefined ? [] : [{ name, bound: min, better: "higher" as const, words: "at least" }]),
    ...(max === undefined ? [] : [{ name, bound: max, better: "lower" as const, words: "at most" }]),
  ]);
  const against = [
    ...bounds.map(({ name, bound, better, words }) => ({
      name,
      before: { value: bound },
      better,
      words: `${words} ${formatValue(bound)} is wanted`,
    })),
    ...(tested === undefined
      ? []
      : [
          {
            name: deciding,
            before: tested,
            better: metrics[deciding]!.better,
            words: `on the test rows it was ${measureInWords(tested)}`,
          },
        ]),
  ];
  const judged = against.flatMap(({ name, before, better, words }) => {
    const measure = realised.measures[name];
    if (measure === undefined) return [];
    const text = `${nameOf(metrics, name)} is ${measureInWords(measure)} by ${counted(realised.rows, "label")}; ${words}`;
    return [{ verdict: compared(measure, before, better), text }];
  });
  const worst = (["alert", "undecided", "fine"] as const).flatMap((verdict) =>
    judged.filter((each) => each.verdict === verdict),
  )[0];
  return worst ?? { verdict: "untold", text: `the labels do not define ${nameOf(metrics, deciding)}` };
}

function nameOf(metrics: CheckContext["metrics"], metric: string): string {
  const description = metrics[metric];
  return description === undefined ? metric : titleInSentence(description.title);
}

function failuresOf({ report: { predictions }, settings: { least, limits }, examples }: CheckContext): Judged {
  const { all, failures, errors } = predictions;
  if (all === 0) return { verdict: "too few", text: "no prediction is recorded" };
  const { value, low, high } = shareInterval(failures, all);
  const codes = errors
    .slice(0, 3)
    .map(({ code, count }) => `${code} ${count.toLocaleString("en-US")} ×`)
    .join(", ");
  const text = `${failures.toLocaleString("en-US")} of ${counted(all, "item")} failed, ${percent(value)} [${percent(low!)}, ${percent(high!)}]; ${percent(limits.failures)} may${codes === "" ? "" : `: ${codes}`}`;
  if (low! > limits.failures) return { verdict: "alert", text, examples: examples.failed };
  if (all < least) return { verdict: "too few", text };
  return { verdict: value > limits.failures ? "undecided" : "fine", text, examples: examples.failed };
}

function latencyOf({ report: { predictions }, settings: { least, limits } }: CheckContext): Judged {
  const { latencyMs, all, failures } = predictions;
  if (latencyMs === undefined) return { verdict: "too few", text: "no answer is recorded" };
  const { p50, p95, p99 } = latencyMs;
  const took = `half of the answers took at most ${ms(p50)}, 95 % ${ms(p95)}, 99 % ${ms(p99)}`;
  const limited = Object.entries(limits.latency ?? {}).filter(
    (entry): entry is [keyof typeof latencyMs, number] => entry[1] !== undefined,
  );
  if (limited.length === 0) return { verdict: "fine", text: `${took}; no limit is set` };
  if (all - failures < least) return { verdict: "too few", text: took };
  const over = limited.find(([quantile, most]) => latencyMs[quantile] > most);
  if (over === undefined) return { verdict: "fine", text: `${took}, as they may` };
  return { verdict: "alert", text: `${took}; ${over[0]} may be ${ms(over[1])}` };
}

/** `8.4 ms`, `1,204 ms`. */
export function ms(value: number): string {
  return value < 100 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString("en-US")} ms`;
}
