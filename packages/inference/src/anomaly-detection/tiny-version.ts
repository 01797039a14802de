import { TINY_COLUMNS, TINY_INPUTS, TINY_ODD_ROWS, tinyScore, tinyTable } from "../table-rows/tiny-table.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** From which number of a row on it is flagged. */
const THRESHOLD = 3;

/** The smallest model of odd rows: a row is as odd as its number is large, and never less than not at all. */
export function tinyRowWatcher(): TinyVersion<"anomaly-detection"> {
  return {
    files: tinyTable((b, score) => ({ oddness: b.op("Max", [score, b.scalar(0)]) })),
    manifest: {
      task: "anomaly-detection",
      signature: {
        input: "row",
        output: "oddness",
        tensors: { inputs: TINY_INPUTS, outputs: [{ name: "oddness", dtype: "float32", shape: [-1, 1] }] },
      },
      preprocessing: { columns: TINY_COLUMNS },
      typical: [
        { column: "amount", number: 0 },
        { column: "kind", text: "b" },
      ],
      model: { parts: [{ kind: "isolation-forest", weight: 1, features: 2, parameters: 3, trees: 1 }] },
      threshold: { by: "share", oddness: THRESHOLD, share: 0.05 },
    },
    examples: [
      // Without the amount it would be 1, with the kind "b" it would be 3.
      { item: { amount: 4, kind: "a" }, options: { explain: 2 }, columns: [4 / 6, 2 / 6] },
      { item: { amount: 2, kind: "a" }, options: { explain: 1 }, columns: [2 / 4] },
      { item: { amount: 40, kind: "b" }, options: {} },
      { item: { amount: -1.5, kind: null }, options: {} },
    ].map(({ item, options, columns }) => {
      const oddness = Math.max(0, tinyScore(item));
      const telling = columns?.map((share, i) => ({ column: ["amount", "kind"][i]!, share }));
      return {
        item,
        options,
        answer: {
          score: Math.fround(1 - Math.exp(-oddness)),
          anomalous: oddness > THRESHOLD,
          ...(telling === undefined ? {} : { columns: telling }),
        },
      };
    }),
    oddItems: TINY_ODD_ROWS,
    otherOptions: { explain: 3 },
  };
}
