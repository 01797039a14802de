import type { ManifestOf, OwnManifestOf, RowItem } from "@modelwright/contracts";
import { codeBlock, codeSpan } from "@modelwright/evaluation";
import { factSection } from "@modelwright/evaluation/report";
import { plainText } from "../../wording/plain-text.ts";
import { counted, magnitude } from "../../wording/quantities.ts";
import type { Lines } from "../task.ts";
import type { ImportantColumn } from "./column-importance.ts";
import { partsInWords } from "./parts-in-words.ts";

type TableModel = OwnManifestOf<"tabular-classification">["model"];
type TableManifest =
  | ManifestOf<"tabular-classification">
  | ManifestOf<"tabular-regression">
  | ManifestOf<"anomaly-detection">;

/** The same in a line of a summary. */
export function modelLine(model: TableModel): readonly [name: string, text: string] {
  const trees = model.parts.reduce((sum, part) => sum + (part.trees ?? 0), 0);
  const parameters = model.parts.reduce((sum, part) => sum + part.parameters, 0);
  const size = [...(trees === 0 ? [] : [counted(trees, "tree")]), `${magnitude(parameters)} parameters`];
  return ["model", `${partsInWords(model.parts)}, ${size.join(", ")}`];
}

const COLUMNS_SHOWN = 12;

/** The columns that a version reads, in one line. */
export function columnsLine({ columns }: TableManifest["preprocessing"]): readonly [name: string, text: string] {
  const shown = columns.slice(0, COLUMNS_SHOWN).map(({ name, kind }) => `${plainText(name)} (${kind})`);
  return ["reads", `${columns.length}: ${shown.join(", ")}${columns.length > COLUMNS_SHOWN ? ", …" : ""}`];
}

/** What became of training rows before models learnt from them, in lines. */
export function rowLines({ rows = [] }: TableManifest["preprocessing"]): Lines {
  return rows.map((words) => ["learnt from", words] as const);
}

/** The same as a paragraph of Markdown. */
export function rowsParagraph({ rows }: TableManifest["preprocessing"]): string[] {
  return rows === undefined ? [] : [`What became of the training rows: ${rows.map(codeSpan).join("; ")}.`];
}

/** The same for a report. */
export function rowsSection({ rows = [] }: TableManifest["preprocessing"]): ReturnType<typeof factSection> {
  return factSection(
    "Training rows",
    rows.map((value) => ({ name: "cured", value })),
  );
}

/** What is done with the columns, in lines: those of which there are few. */
export function featureLines({ features }: TableManifest["preprocessing"]): Lines {
  if (features === undefined) return [];
  const shown = features.columns.slice(0, COLUMNS_SHOWN);
  const more = features.columns.length - shown.length;
  return [
    ...shown.map(({ column, words }) => [`  ${plainText(column)}`, words.join("; ")] as const),
    ...(more === 0 ? [] : [["", `and ${counted(more, "more column")}, as the report says`] as const]),
    ...features.together.map((words) => ["together", words] as const),
  ];
}

/** The same as a paragraph of Markdown. */
export function featureParagraph({ features }: TableManifest["preprocessing"]): string[] {
  if (features === undefined) return [];
  const shown = features.columns.slice(0, IMPORTANT_SHOWN);
  const more = features.columns.length - shown.length;
  const words = shown.map(({ column, words }) => `${codeSpan(column)}: ${words.join("; ")}`);
  return [
    `What models make of the columns, learnt from the training rows: ${[
      ...words,
      ...(more === 0 ? [] : [`and ${counted(more, "more column")}`]),
      ...features.together,
    ].join(". ")}.`,
  ];
}

/** The same for a report. */
export function featuresSection({ features }: TableManifest["preprocessing"]): ReturnType<typeof factSection> {
  if (features === undefined) return [];
  return factSection("Features", [
    ...features.columns.map(({ column, words }) => ({ name: plainText(column), value: words.join("; ") })),
    ...features.together.map((value) => ({ name: "all together", value })),
  ]);
}

/** Columns in a report. */
const IMPORTANT_SHOWN = 20;

/** How much a model leans on each column, for its report. */
export function importanceSection(
  importance: readonly ImportantColumn[],
  metric: string,
): ReturnType<typeof factSection> {
  const digits = (value: number) => (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3));
  const facts = importance.slice(0, IMPORTANT_SHOWN).map(({ name, rise, low, high }) => ({
    name: plainText(name),
    value: `${metric} rises by ${digits(rise)} [${digits(low)}, ${digits(high)}]`,
  }));
  const what = "how much worse validation rows are predicted when the values of one column are shuffled among them";
  return factSection("Columns", [{ name: "measured", value: what }, ...facts]);
}

/** How a model of a table is called. */
export function tableUsage(
  { name, version, task, preprocessing }: TableManifest,
  words: {
    /** A row to show. */
    readonly row: RowItem;
    /** What of `result` a program looks at. */
    readonly result: string;
    /** What the server answers for one row. */
    readonly answer: string;
    /** What becomes of the graph's outputs. */
    readonly after: string;
  },
): string[] {
  const { row, result, answer, after } = words;
  const json = JSON.stringify(row);
  return [
    `On the command line; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:`,
    codeBlock("sh", `modelwright predict ${name}@champion --file rows.csv --output predicted.csv`),
    "From TypeScript or JavaScript:",
    codeBlock(
      "ts",
      `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const [result] = await model.predict([${json}]);
console.log(${result});`,
    ),
    `Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:`,
    codeBlock(
      "sh",
      `curl -H 'content-type: application/json' -d '{"rows": [${json.replaceAll("'", "'\\''")}]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
    ),
    "It answers one prediction per row, in their order:",
    codeBlock("text", `{"model": {"name": "${name}", "version": ${version}}, "predictions": [${answer}]}`),
    `In any ONNX Runtime (Python, C#, Java, Rust): \`onnx/model.onnx\` has one input per column, \`[rows, 1]\`, that takes values as they stand in the table (${kindsInWords(preprocessing.columns)}); ${after}.`,
  ];
}

const FEEDS = {
  number: "numbers as float32, not-a-number where one is missing",
  category: 'categories as strings, "" where one is missing',
  date: "dates as int64 milliseconds since 1970 UTC, −2⁶³ where one is missing",
  text: 'texts as strings, "" where one is missing',
} as const;

const VECTORS =
  "vectors of texts as float32, `[rows, width]`, which the graphs under `encoders` make of token ids, not-a-number where a text is missing";

function kindsInWords(columns: TableManifest["preprocessing"]["columns"]): string {
  const values = columns.flatMap(({ kind, feed }) => (feed === undefined ? [] : [FEEDS[kind]]));
  const vectors = columns.some(({ vector }) => vector !== undefined) ? [VECTORS] : [];
  return [...new Set([...values, ...vectors])].join("; ");
}

/** What a model of a table cannot know. */
export function tableLimits({ columns }: TableManifest["preprocessing"]): string[] {
  const refused = columns.filter(({ unknown }) => unknown === "refuse").map(({ name }) => codeSpan(name));
  return [
    "It knows the values of its training rows: of numbers far beyond them, and of times that change what they mean, its answers tell nothing.",
    refused.length > 0
      ? `A category that no training row has is refused in ${refused.join(", ")}.`
      : "A category that no training row has is read as one that is new.",
  ];
}
