import { rowItem, rowTexts } from "@modelwright/data";
import { anomalyFamily, unlabelledAnomalyFamily } from "@modelwright/evaluation";
import { anomalyBody, factSection } from "@modelwright/evaluation/report";
import type { RowWatcher } from "@modelwright/inference";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import { flagQuality } from "../answer-quality.ts";
import { flagReview } from "../answer-review.ts";
import { askedTexts, takeTableRows } from "../table-rows/table-split.ts";
import { columnsLine, featureLines, featuresSection } from "../table-rows/table-words.ts";
import type { Task } from "../task.ts";
import { candidateLines } from "../text-encoder/candidates/candidate-facts.ts";
import { candidatesSection } from "../text-encoder/candidates/candidates-section.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeWatching } from "./describe.ts";
import { draftWatching } from "./draft.ts";
import { COMPARED_ROWS, type FittedWatcher, fitWatcher } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { type WatchedOutcome, watchedOutcome } from "./outcome.ts";
import { evaluationRows, prepareRows, trialsOf, type WatchedTable } from "./rows.ts";
import { sampleMachines } from "./sample-machines.ts";
import { versionOf } from "./version.ts";
import { modelLine, partsInWords, thresholdInWords } from "./words.ts";

/** Tells how odd a row of a table is. */
export const anomalyDetection: Task<"anomaly-detection", WatchedTable, FittedWatcher, WatchedOutcome, RowWatcher> = {
  family: anomalyFamily,
  familyOf: ({ data }) => (data.columns.label === undefined ? unlabelledAnomalyFamily : anomalyFamily),
  prepare: prepareRows,
  size: ({ rows }) => rows.length,
  subset: ({ found, ...split }, chosen) => ({ ...takeTableRows(split, chosen), found }),
  fit: fitWatcher,
  version: versionOf,
  outcome: (model, split, { onProgress }) => watchedOutcome(model, split, onProgress),
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    manifest.label?.column === champion.label?.column ? undefined : "what marks known anomalies differs from that of",
  tables: (outcome) => [{ title: "Flagged test rows", rows: flaggedRows(outcome) }],
  details: ({ known, flagged, expected }) => ({
    flagged: flagged.reduce((sum, flag) => sum + flag, 0),
    expectedShare: expected,
    knownAnomalies: known.filter((status) => status === 1).length,
  }),
  trials: trialsOf,
  learning: ({ rounds }) => ({
    steps: [],
    evaluations: rounds.map((loss, round) => ({ step: round + 1, loss, metrics: {} })),
  }),
  report: ({ manifest, model: { outcome, measures }, test }) => {
    const body = anomalyBody({
      outcome,
      measures,
      rows: test.rows.map(({ id }, row) => ({ id, text: showItem(rowItem(test.frame, row), 400) })),
      oddest: outcome.oddest,
    });
    return {
      ...body,
      sections: [
        ...factSection("Model", [
          { name: "detectors", value: partsInWords(manifest.model.parts) },
          { name: "flags rows", value: thresholdInWords(manifest.threshold) },
        ]),
        ...candidatesSection(manifest.candidates, COMPARED_ROWS),
        ...featuresSection(manifest.preprocessing),
        ...body.sections,
      ],
    };
  },
  card: cardOf,
  describe: describeWatching,
  summary: ({ label, preprocessing, model, threshold, candidates }) => [
    [
      "known",
      label === undefined ? "no anomalies" : `anomalies where ${label.column} is ${label.anomalous.join(" or ")}`,
    ],
    columnsLine(preprocessing),
    ...featureLines(preprocessing),
    modelLine(model),
    ["flags", thresholdInWords(threshold)],
    ...candidateLines(candidates),
  ],
  texts: ({ frame }) => rowTexts(frame),
  askedTexts,
  evaluationRows,
  draft: draftWatching,
  sample: { file: "machines.csv", content: sampleMachines },
  answers,
  monitoring,
  served,
  quality: flagQuality,
  review: flagReview,
};

/** How many rows are flagged, by what is known of them. */
function flaggedRows({ known, flagged, expected }: WatchedOutcome): string[][] {
  const count = (status: number | undefined) => {
    const rows = [...known.keys()].filter((row) => status === undefined || known[row] === status);
    return { rows: rows.length, flags: rows.filter((row) => flagged[row] === 1).length };
  };
  const line = (name: string, { rows, flags }: ReturnType<typeof count>) =>
    rows === 0 ? [] : [[name, `${flags} of ${rows}`, percent(flags / rows)]];
  const all = count(undefined);
  return [
    ...line("known anomalies", count(1)),
    ...line("ordinary rows", count(0)),
    ...line("rows of which nothing is known", known.includes(1) ? count(-1) : { rows: 0, flags: 0 }),
    ["all rows", `${all.flags} of ${all.rows}`, `${percent(all.flags / all.rows)}, expected: ${percent(expected)}`],
  ];
}
