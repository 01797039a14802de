import { cutText, html, intervalPlot, type Markup, term } from "@modelwright/pages";
import type { EvaluationReport } from "../evaluation-report.ts";
import { baselineName, jargon } from "../jargon.ts";
import { formatInterval, formatValue, INTERVAL_WORDS, scaleOf } from "../number-format.ts";
import { describeVerdict, type Standing, standingOf } from "../verdict.ts";

const MOST_CHARACTERS = 60;

const conjunction = new Intl.ListFormat("en", { type: "conjunction" });

/** Colour, sign and headline of each standing: never the colour alone. */
const HEADLINES: Readonly<
  Record<Standing["kind"], { readonly tone: string; readonly sign: string; readonly say: (than: string) => string }>
> = {
  better: { tone: "good", sign: "✓", say: (than) => `Better than ${than}` },
  worse: { tone: "bad", sign: "✕", say: (than) => `Worse than ${than}` },
  undecided: { tone: "open", sign: "?", say: (than) => `Not shown to be better than ${than}` },
  alone: { tone: "plain", sign: "·", say: () => "Measured, but compared with nothing" },
};

/** What a reader wants to know first: how good the model is, and whether it is better than doing something simple. */
export function verdictSection(report: EvaluationReport, model: string): Markup {
  const { family, body, baselines, previous } = report;
  const others = [...baselines, ...(previous === undefined ? [] : [previous])];
  const named = baselines.map(({ name, comparisons }) => ({
    name: `the ${cutText(name, MOST_CHARACTERS)} baseline`,
    comparisons,
  }));
  // A new version need not be better than the one before, but must not be worse.
  const isDecided = previous !== undefined && standingOf(family, [previous]).kind !== "undecided";
  const { kind, than } = standingOf(family, isDecided ? [...named, previous] : named);
  const { tone, sign, say } = HEADLINES[kind];
  const verdicts = others.map((other) => describeVerdict(family, model, other));
  const headline = say(conjunction.format(than));
  const warnings = report.data.warnings.length;
  const warned =
    warnings > 0 &&
    html`<p class="warned"><a href="#data">${warnings === 1 ? "A warning" : `${warnings} warnings`} about the data</a></p>`;
  return html`<div class="verdict ${tone}"><h2 id="verdict"><span aria-hidden="true">${sign}</span>${headline}</h2>
<p class="lead">${cutText(model, MOST_CHARACTERS)} ${body.found}</p>
${verdicts.length > 0 && html`<ul>${verdicts.map((verdict) => html`<li>${verdict}</li>`)}</ul>`}${warned}</div>
<dl class="tiles">${body.tiles.map((metric) => tile(report, metric))}</dl>
${others.length > 0 && besideOthers(report, model)}
<p class="note">Brackets hold ${jargon("95 % intervals")} ${INTERVAL_WORDS} over the test ${family.unit}s. Differences are those on the same resampled ${family.unit}s for both models.</p>`;
}

function tile({ family, measures }: EvaluationReport, metric: string): Markup | undefined {
  const measure = measures[metric];
  const description = family.metrics[metric];
  if (measure === undefined || description === undefined) return undefined;
  return html`<div class="tile"><dt>${description.title}</dt><dd><span class="big">${formatValue(measure.value, scaleOf(measure))}</span> <span class="interval">${formatInterval(measure)}</span><span class="meaning">${description.summary}</span></dd></div>`;
}

/** The deciding metric of the model, of the version before it and of the baselines. */
function besideOthers({ family, measures, baselines, previous }: EvaluationReport, model: string): Markup {
  const { title, better, summary } = family.metrics[family.deciding]!;
  const compared = [
    { name: html`${cutText(model, MOST_CHARACTERS)}`, measure: measures[family.deciding], isSubject: true },
    ...(previous === undefined
      ? []
      : [{ name: html`${previous.name}`, measure: previous.measures[family.deciding], isSubject: false }]),
    ...baselines.map(({ name, measures }) => ({
      name: html`${baselineName(name)}`,
      measure: measures[family.deciding],
      isSubject: false,
    })),
  ];
  const values = compared.flatMap(({ name, measure, isSubject }) => {
    if (measure === undefined) return [];
    const { value, low, high } = measure;
    const text = html`${formatValue(value, scaleOf(measure))} <span class="interval">${formatInterval(measure)}</span>`;
    return [{ name, value, low, high, text, isSubject }];
  });
  const beside = previous === undefined ? "the" : `${previous.name} and the`;
  return html`<h3>${term(title, summary)} beside ${beside} ${jargon("baselines")}${better === "lower" && ", lower is better"}</h3>${intervalPlot(values)}`;
}
