import { DRIFT_PARTS, type DriftPart, MONITOR_CHECKS, TASKS } from "@modelwright/contracts";
import { formatInterval, formatValue } from "@modelwright/evaluation";
import {
  anchorOf,
  dataName,
  factList,
  html,
  intervalPlot,
  type Markup,
  type PageSection,
  renderPage,
  renderSection,
  section,
  term,
} from "@modelwright/pages";
import { counted, duration, percent } from "../../wording/quantities.ts";
import { chanceInWords, ms } from "../checks.ts";
import type { ColumnReport, MonitorReport, MonitorVerdict, Spread } from "../report.ts";
import { OVERALL_WORDS, VERDICT_WORDS } from "../verdict-words.ts";
import { MONITOR_STYLE } from "./monitor-style.ts";
import { timeSection } from "./time-section.ts";

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** Nothing runs in the page and nothing is loaded, whatever the traffic holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** One HTML file that shows the traffic of a version in a period: what asks to be looked at first. */
export function renderMonitorReport(report: MonitorReport): string {
  const { name, version, from, to, createdAt } = report;
  const sections: PageSection[] = [
    checkSection(report),
    ...timeSection(report.parts),
    ...columnSections(report),
    ...qualitySection(report),
    recordSection(report),
  ];
  return renderPage({
    title: `${name}:${version}: traffic`,
    policy: POLICY,
    style: MONITOR_STYLE,
    links: sections.map(({ title }) => ({ title, href: `#${anchorOf(title)}` })),
    main: html`<h1>${dataName(`${name}:${version}`)}</h1>
<p class="byline">Traffic from ${utc(from)} to ${utc(to)} UTC, looked at <time datetime="${createdAt}">${utc(createdAt)} UTC</time></p>
${tiles(report)}
${sections.map((each) => html`${renderSection(each)}\n`)}`,
  });
}

function utc(time: string): string {
  return dateFormat.format(new Date(time));
}

function tiles({ verdict, checks, predictions, quality }: MonitorReport): Markup {
  const { all, failures, latencyMs } = predictions;
  const asking = checks.filter((each) => each.verdict === "alert").map(({ check }) => check);
  const { realised } = quality;
  const facts: [name: string, value: string, meaning: string][] = [
    ["Verdict", VERDICT_WORDS[verdict], asking.length === 0 ? OVERALL_WORDS[verdict] : asking.join(", ")],
    ["Predictions", all.toLocaleString("en-US"), failures === 0 ? "none failed" : `${percent(failures / all)} failed`],
    [
      "Latency",
      latencyMs === undefined ? "–" : ms(latencyMs.p95),
      latencyMs === undefined ? "no answer is recorded" : `95 % of the answers; half took ${ms(latencyMs.p50)}`,
    ],
    [
      "Labels",
      "because" in realised ? (realised.labels ?? 0).toLocaleString("en-US") : realised.rows.toLocaleString("en-US"),
      "because" in realised
        ? "too few to say how good it is"
        : `half came within ${duration(realised.medianDelayMs / 1000)}`,
    ],
  ];
  return html`<dl class="tiles">${facts.map(
    ([name, value, meaning]) =>
      html`<div class="tile"><dt>${name}</dt><dd><span class="big">${value}</span><span class="meaning">${meaning}</span></dd></div>`,
  )}</dl>`;
}

function badge(verdict: MonitorVerdict, words = VERDICT_WORDS[verdict]): Markup {
  return html`<span class="badge ${verdict.replace(" ", "-")}">${words}</span>`;
}

function checkSection({ checks }: MonitorReport): PageSection {
  const order: readonly MonitorVerdict[] = ["alert", "undecided", "fine", "too few", "untold"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return section(
    "Checks",
    html`<ul class="checks">${sorted.map(
      ({ check, verdict, text, examples }) => html`<li class="${verdict.replace(" ", "-")}">
<h3>${term(check, MONITOR_CHECKS[check])}${badge(verdict)}</h3><p>${text}</p>${
        examples.length > 0 &&
        html`<details><summary>Predictions to look at</summary><ul>${examples.map((id) => html`<li><code>${id}</code></li>`)}</ul></details>`
      }</li>
`,
    )}</ul>`,
  );
}

const PART_TITLES: Readonly<Record<DriftPart, string>> = {
  input: "Inputs",
  output: "Answers",
  confidence: "Confidence",
};

const DRIFT_VERDICTS = { drifted: "alert", undecided: "undecided", steady: "fine" } as const;

function columnSections({ drift }: MonitorReport): PageSection[] {
  if ("because" in drift)
    return [section("Inputs and answers", html`<p class="note">Not compared: ${drift.because}.</p>`)];
  const { origin, referenceRows, itemRows, rows, notCompared, columns } = drift;
  const order = ["drifted", "undecided", "steady"];
  const shown = DRIFT_PARTS.flatMap((part) => {
    const own = columns.filter((column) => column.part === part);
    if (own.length === 0) return [];
    own.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    const seen = part === "input" ? itemRows : rows;
    const key = html`<p class="note key"><i></i>${origin}, ${counted(referenceRows, "row")}<i class="now"></i>traffic, ${counted(seen, "row")}</p>`;
    return [section(PART_TITLES[part], key, html`<ul class="columns">${own.map(columnCard)}</ul>`)];
  });
  const left = notCompared.length > 0 && html`<p class="note">Too few rows to compare: ${notCompared.join(", ")}.</p>`;
  return shown.length === 0
    ? [section("Inputs and answers", html`<p class="note">Nothing is compared yet.</p>`, left)]
    : [...shown.slice(0, -1), section(shown.at(-1)!.title, shown.at(-1)!.content, left)];
}

function columnCard(column: ColumnReport): Markup {
  const { name, verdict, stability, jensenShannon, wasserstein, energy, test, statistic, chance, threshold, unseen } =
    column;
  const figures = [
    ...(stability === undefined ? [] : [`PSI ${stability.toFixed(3)}`]),
    ...(energy === undefined ? [] : [`energy ${energy.toFixed(3)}`]),
    `drift from ${threshold.drifted.toFixed(2)} on`,
    ...(jensenShannon === undefined ? [] : [`Jensen-Shannon ${jensenShannon.toFixed(3)}`]),
    ...(wasserstein === undefined ? [] : [`Wasserstein ${wasserstein.toFixed(2)} sd`]),
    `${test} ${statistic < 10 ? statistic.toFixed(3) : statistic.toFixed(0)}, ${chanceInWords(chance)}`,
    ...(unseen.length === 0 ? [] : [`only now: ${unseen.join(", ")}`]),
  ];
  return html`<li><h3>${dataName(name)}${badge(DRIFT_VERDICTS[verdict], verdict)}</h3><p class="figures">${figures.join(" · ")}</p>${column.spread !== undefined && spreadBars(column.spread)}</li>
`;
}

function spreadBars({ places, before, now }: Spread): Markup {
  const most = Math.max(...before, ...now);
  const bar = (share: number) => html`<i style="width:${((100 * share) / most).toFixed(1)}%"></i>`;
  return html`<ul class="spread">${places.map(
    (place, i) =>
      html`<li><span class="place">${dataName(place, 28)}</span><span class="pair" aria-hidden="true">${bar(before[i]!)}${bar(now[i]!)}</span><span class="share">${percent(before[i]!)} → ${percent(now[i]!)}</span></li>`,
  )}</ul>`;
}

function qualitySection({ quality, task, thumbs }: MonitorReport): PageSection[] {
  const { deciding, tested, estimated, realised } = quality;
  const { metrics } = TASKS[task];
  const description = (metrics as Readonly<Record<string, { readonly title: string; readonly summary: string }>>)[
    deciding
  ]!;
  const values = [
    { name: "test rows", measure: tested, isSubject: false },
    {
      name: "labels that came",
      measure: "because" in realised ? undefined : realised.measures[deciding],
      isSubject: true,
    },
    {
      name: "by probabilities, reference",
      measure: "because" in estimated ? undefined : estimated.reference,
      isSubject: false,
    },
    {
      name: "by probabilities, now",
      measure: "because" in estimated ? undefined : estimated.measures[deciding],
      isSubject: true,
    },
  ].flatMap(({ name, measure, isSubject }) => {
    if (measure === undefined) return [];
    const { value, low, high } = measure;
    return [{ name, value, low, high, isSubject, text: `${formatValue(value)} ${formatInterval(measure)}`.trimEnd() }];
  });
  const notes = [
    ...("because" in realised
      ? [`By labels: ${realised.because}.`]
      : [
          `Labels came for ${counted(realised.rows, "prediction")}, ${realised.ofPeriod.toLocaleString("en-US")} of which were made in this period. They say how good those answers were; what nobody labels may differ.`,
        ]),
    ...("because" in estimated ? [`By probabilities: ${estimated.because}.`] : []),
    ...(thumbs === undefined
      ? []
      : [
          `Thumbs: ${thumbs.up.toLocaleString("en-US")} up, ${thumbs.down.toLocaleString("en-US")} down, ${percent(thumbs.share.value)} [${percent(thumbs.share.low!)}, ${percent(thumbs.share.high!)}].`,
        ]),
  ];
  const plot =
    values.length > 0 &&
    html`<p>${term(description.title, description.summary)} with 95 % intervals</p>${intervalPlot(values)}`;
  return [
    section(
      "Quality",
      plot,
      notes.map((note) => html`<p class="note">${note}</p>`),
    ),
  ];
}

function recordSection({ predictions, task, version, name }: MonitorReport): PageSection {
  const { all, failures, errors, arms, unreadable, latencyMs, first, last } = predictions;
  return section(
    "Records",
    factList([
      { name: "Version", value: `${name}:${version}, ${task}` },
      { name: "Predictions", value: all.toLocaleString("en-US") },
      ...Object.entries(arms).map(([arm, count]) => ({ name: `of them ${arm}`, value: count.toLocaleString("en-US") })),
      ...(first === undefined || last === undefined
        ? []
        : [{ name: "First and last", value: `${utc(first)}, ${utc(last)} UTC` }]),
      { name: "Failed", value: failures.toLocaleString("en-US") },
      ...errors.map(({ code, count }) => ({ name: code, value: count.toLocaleString("en-US") })),
      ...(unreadable === 0 ? [] : [{ name: "Could not be read", value: unreadable.toLocaleString("en-US") }]),
      ...(latencyMs === undefined
        ? []
        : [
            {
              name: "Latency of 50, 95, 99 %",
              value: `${ms(latencyMs.p50)}, ${ms(latencyMs.p95)}, ${ms(latencyMs.p99)}`,
            },
          ]),
    ]),
  );
}
