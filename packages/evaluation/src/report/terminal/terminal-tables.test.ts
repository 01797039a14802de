import { CLASSIFICATION_METRICS } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confusionRows } from "./confusion-table.ts";
import { formatMeasuresTable } from "./measures-table.ts";
import { alignColumns, displayWidth } from "./text-columns.ts";

describe("formatMeasuresTable", () => {
  test("aligns values with their intervals", () => {
    const table = formatMeasuresTable(CLASSIFICATION_METRICS, [
      {
        name: "mail-triage v1",
        measures: {
          accuracy: { value: 0.98, low: 0.97, high: 0.99 },
          f1Macro: { value: 0.9812, low: 0.9718, high: 0.9889 },
          logLoss: { value: 0.061 },
          "f1:ham": { value: 1 },
        },
      },
      { name: "majority", measures: { accuracy: { value: 0.5, low: 0.46, high: 0.54 } } },
    ]);
    expect(table).toMatchInlineSnapshot(`
      "                  mail-triage v1              majority
      Macro F1    0.981 [0.972, 0.989]                     –
      Accuracy    0.980 [0.970, 0.990]  0.500 [0.460, 0.540]
      Log loss ↓                 0.061                     –"
    `);
  });
});

test("a table says which intervals are made in another way", () => {
  const measures = { f1Macro: { value: 0.5, low: 0.4, high: 0.6, method: "normal" as const } };
  expect(
    formatMeasuresTable(CLASSIFICATION_METRICS, [{ name: "m", measures }])
      .split("\n")
      .slice(1),
  ).toEqual([
    "Macro F1  0.500 [0.400, 0.600]†",
    "† normal interval, since resampling shifts the value; the others are BCa",
  ]);
});

test("a table shows what decides, and the rest when asked for it", () => {
  const measures = { f1Macro: { value: 1 }, rocAuc: { value: 1 }, averagePrecision: { value: 1 } };
  const titles = (options = {}) =>
    formatMeasuresTable(CLASSIFICATION_METRICS, [{ name: "m", measures }], options)
      .split("\n")
      .map((line) => line.replace(/ +1\.000$/, ""));
  expect(titles()).toEqual([expect.any(String), "Macro F1"]);
  expect(titles({ also: ["averagePrecision"] })).toEqual([expect.any(String), "Macro F1", "Average precision"]);
  expect(titles({ all: true })).toEqual([expect.any(String), "Macro F1", "ROC AUC", "Average precision"]);
});

describe("confusionRows", () => {
  test("is a grid for few labels", () => {
    expect(
      alignColumns(
        confusionRows(
          ["ham", "spam"],
          [
            [1200, 3],
            [12, 85],
          ],
        ),
      ),
    ).toMatchInlineSnapshot(`
      "actual \\ predicted    ham  spam
      ham                 1,200     3
      spam                   12    85"
    `);
  });

  test("is the most confused pairs for many", () => {
    const labels = Array.from({ length: 13 }, (_, index) => `label ${index}`);
    const confusion = labels.map((_, actual) => labels.map((_, predicted): number => (actual === predicted ? 8 : 0)));
    confusion[3]![4] = 2;
    confusion[12]![0] = 1;
    expect(alignColumns(confusionRows(labels, confusion))).toMatchInlineSnapshot(`
      "actual → predicted  rows  of the label
      label 3 → label 4      2        20.0 %
      label 12 → label 0     1        11.1 %"
    `);
  });
});

describe("on a narrow terminal", () => {
  const measures = { f1Macro: { value: 0.9812, low: 0.9718, high: 0.9889 }, accuracy: { value: 0.98 } };
  const table = (names: readonly string[], width: number) =>
    formatMeasuresTable(
      CLASSIFICATION_METRICS,
      names.map((name) => ({ name, measures })),
      { width },
    );

  test("measures are stacked, under the names of what was measured", () => {
    expect(table(["mails", "majority"], 40)).toMatchInlineSnapshot(`
      "Macro F1
        mails     0.981 [0.972, 0.989]
        majority  0.981 [0.972, 0.989]
      Accuracy
        mails     0.980
        majority  0.980"
    `);
    expect(table(["mails"], 24)).toMatchInlineSnapshot(`
      "Macro F1
        0.981 [0.972, 0.989]
      Accuracy
        0.980"
    `);
  });

  test("what fits stays a table", () => {
    expect(table(["mails"], 40)).toBe(table(["mails"], 80));
  });

  test("confused pairs are stacked", () => {
    const rows = [
      ["actual → predicted", "rows", "of the label"],
      ["a rather long label → another long label", "5", "18.5 %"],
    ];
    expect(alignColumns(rows, { width: 40 })).toMatchInlineSnapshot(`
      "actual → predicted
      a rather long label → another long label
        rows          5
        of the label  18.5 %"
    `);
  });
});

describe("alignColumns", () => {
  test("ends every column at the same place, wide characters too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "物流", "한글", "naïve", "e\u0301", "😀"), { minLength: 1 }),
        (cells) => {
          const widths = alignColumns(cells.map((cell) => [cell, "|"]))
            .split("\n")
            .map(displayWidth);
          expect(new Set(widths).size).toBe(1);
        },
      ),
    );
  });

  test("lets no label move the cursor", () => {
    expect(alignColumns([["\u001B[2J\nx", "1"]])).toBe("\uFFFD[2J x  1");
  });
});
