import { parseRecipe, type RecipeInput } from "@modelwright/contracts";
import { type ClassificationOutcome, classificationFamily, compareOutcomes, intervals } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { decidePromotion, decidingMetric } from "./promotion.ts";

/** An outcome that is right on all rows but the stated ones. */
function outcomeOf(isWrong: (row: number) => boolean, { rows = 200 } = {}): ClassificationOutcome {
  const actual = Int32Array.from({ length: rows }, (_, row) => row % 2);
  const probabilities = new Float64Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const predicted = isWrong(row) ? 1 - actual[row]! : actual[row]!;
    probabilities[row * 2 + predicted] = 0.9;
    probabilities[row * 2 + 1 - predicted] = 0.1;
  }
  return { labels: ["a", "b"], actual, probabilities };
}

type Gates = NonNullable<NonNullable<RecipeInput["evaluate"]>["gates"]>;

function decide(options: {
  outcome: ClassificationOutcome;
  gates?: Gates;
  champion?: { version: number; outcome: ClassificationOutcome };
}) {
  const bootstrap = { resamples: 200, seed: 7 };
  const { evaluate } = parseRecipe({
    name: "mail",
    task: "text-classification",
    data: { source: "-" },
    evaluate: { gates: options.gates ?? {} },
  });
  const { outcome, champion } = options;
  return decidePromotion({
    gates: evaluate.gates,
    measures: intervals(classificationFamily, outcome, { resamples: 100, seed: 7 }),
    champion: champion && compare(champion),
  });

  function compare(champion: { version: number; outcome: ClassificationOutcome }) {
    const comparisons = compareOutcomes(classificationFamily, outcome, champion.outcome, bootstrap);
    const { difference } = comparisons.find(({ metric }) => metric === classificationFamily.deciding)!;
    return { version: champion.version, metric: decidingMetric(classificationFamily), difference };
  }
}

const good = outcomeOf((row) => row % 20 === 0);
const bad = outcomeOf((row) => row % 4 < 2);

describe("decidePromotion", () => {
  test("the first version becomes the champion", () => {
    expect(decide({ outcome: bad })).toEqual({ promote: true, reason: "first version" });
  });

  test("a version that its own baseline beats does not, unless the recipe allows it", () => {
    const measures = intervals(classificationFamily, bad, { resamples: 100, seed: 7 });
    const comparisons = compareOutcomes(classificationFamily, bad, good, { resamples: 200, seed: 7 });
    const { difference } = comparisons.find(({ metric }) => metric === classificationFamily.deciding)!;
    const lostTo = { name: "tfidf", difference, metric: decidingMetric(classificationFamily) };
    const kept = decidePromotion({ gates: {}, measures, lostTo });
    expect(kept).toMatchObject({ promote: false });
    expect(kept.reason).toMatch(
      /^its baseline tfidf is better on these test rows, macro F1 −0\.45.*evaluate\.belowBaseline/,
    );
    const allowed = decidePromotion({ gates: {}, measures, lostTo, belowBaseline: "promote" });
    expect(allowed).toEqual({ promote: true, reason: "first version" });
  });

  test.each<[string, Gates, boolean, RegExp]>([
    ["a least value that is reached", { accuracy: { min: 0.9 } }, true, /^first version$/],
    ["a least value that is missed", { accuracy: { min: 0.99 } }, false, /^gate accuracy: 0\.9500 is below 0\.99$/],
    ["a greatest value that is kept", { logLoss: { max: 1 } }, true, /^first version$/],
    ["a greatest value that is passed", { logLoss: { max: 0.01 } }, false, /^gate logLoss: 0\.\d+ is above 0\.01$/],
    ["a label that the rows do not have", { "f1:nobody": { min: 0 } }, false, /^gate f1:nobody: no such metric/],
    ["one of two that is missed", { accuracy: { min: 0 }, f1Macro: { min: 1 } }, false, /^gate f1Macro/],
  ])("gates: %s", (_, gates, promote, reason) => {
    const decision = decide({ outcome: good, gates });
    expect(decision.promote).toBe(promote);
    expect(decision.reason).toMatch(reason);
  });

  test("a gate on a metric that these rows do not define is missed", () => {
    const { evaluate } = parseRecipe({
      name: "mail",
      task: "text-classification",
      data: { source: "-" },
      evaluate: { gates: { rocAuc: { min: 0.9 } } },
    });
    const measures = { rocAuc: { value: Number.NaN } };
    const decision = decidePromotion({ gates: evaluate.gates, measures });
    expect(decision).toEqual({ promote: false, reason: "gate rocAuc: no such metric on these test rows" });
  });

  test.each([
    ["shown to be worse", bad, /macro F1 −0\.\d{3} \[−0\.\d{3}, −0\.\d{3}\], not all above −0\.010$/],
    [
      "worse on rows that do not decide it",
      outcomeOf((row) => row % 20 === 0 || row < 4),
      /macro F1 −0\.\d{3} \[−0\.\d{3}, /,
    ],
  ])("a version that is %s leaves the champion in place, and says by how much", (_, outcome, numbers) => {
    const decision = decide({ outcome, champion: { version: 3, outcome: good } });
    expect(decision.promote).toBe(false);
    expect(decision.reason).toMatch(/^not shown to be as good as version 3 on these test rows: /);
    expect(decision.reason).toMatch(numbers);
  });

  test.each([
    ["better", outcomeOf(() => false), /^at least as good as version 3 on these test rows: macro F1 \+0\.050 \[0\./],
    ["better on rows that do not decide it", outcomeOf((row) => row % 20 === 0 && row > 0), /macro F1 \+0\.005 \[/],
    ["the same", good, /^at least as good as version 3 on these test rows: macro F1 \+0\.000 \[0\.000, 0\.000\]$/],
  ])("a version that is %s takes over", (_, outcome, reason) => {
    const decision = decide({ outcome, champion: { version: 3, outcome: good } });
    expect(decision.promote).toBe(true);
    expect(decision.reason).toMatch(reason);
  });

  test("a version that is worse by less than the margin takes over when there are rows enough to show it", () => {
    const rows = 20_000;
    const champion = outcomeOf((row) => row % 20 === 0, { rows });
    const outcome = outcomeOf((row) => row % 20 === 0 || row % 1000 === 1, { rows });
    const decision = decide({ outcome, champion: { version: 3, outcome: champion } });
    expect(decision.promote).toBe(true);
    expect(decision.reason).toMatch(
      /^no worse than version 3 on these test rows: macro F1 −0\.001 \[−0\.00\d, −0\.00\d\], all above −0\.010$/,
    );
  });

  test("a version of which the rows define no deciding metric leaves the champion", () => {
    const champion = { version: 2, metric: decidingMetric(classificationFamily), difference: undefined };
    expect(decidePromotion({ gates: {}, measures: {}, champion })).toEqual({
      promote: false,
      reason: "not shown to be as good as version 2: on these test rows there is no macro F1 of both",
    });
  });

  test("a champion that cannot be compared is followed by the new one", () => {
    const champion = { version: 2, incomparable: "the labels differ from those of" };
    expect(decidePromotion({ gates: {}, measures: {}, champion })).toEqual({
      promote: true,
      reason: "the labels differ from those of version 2",
    });
  });

  test.each([
    [{ value: -0.02, low: -0.03, high: 0.02 }, true, "at least as good as", "−0.020 [−0.030, 0.020]"],
    [{ value: 0.004, low: 0.001, high: 0.008 }, true, "no worse than", "+0.004 [0.001, 0.008], all below +0.010"],
    [
      { value: 0.004, low: -0.01, high: 0.02 },
      false,
      "not shown to be as good as",
      "+0.004 [−0.010, 0.020], not all below +0.010",
    ],
  ])("of a metric that is better when it is lower, %j decides alike", (difference, promote, verdict, numbers) => {
    const metric = { title: "bits per character", better: "lower", margin: 0.01 } as const;
    expect(decidePromotion({ gates: {}, measures: {}, champion: { version: 3, metric, difference } })).toEqual({
      promote,
      reason: `${verdict} version 3 on these test rows: bits per character ${numbers}`,
    });
  });

  test("a missed gate outweighs everything else", () => {
    const gates = { accuracy: { min: 0.99 } };
    expect(decide({ outcome: good, gates, champion: { version: 1, outcome: bad } }).promote).toBe(false);
  });
});
