import type { TablePreprocessing } from "@modelwright/contracts";
import { markdownTable } from "../markdown.ts";

/** How a text becomes what the graph reads, as far as the manifest says it. */
interface TextPreprocessing {
  readonly tokenizer: string;
  readonly maxLength: number;
  readonly truncation?: "end" | "middle";
  readonly bagLength?: number;
  readonly padId: number;
  readonly pair?: "template" | "joined";
  readonly windows?: { readonly overlap: number; readonly most: number };
}

/** What an empty cell is to the graph, and what stands in one that is not, by the kind of a column. */
const FEEDS: Readonly<Record<string, string>> = {
  number: "float32; NaN where it is missing",
  category: 'string; "" where it is missing',
  text: 'string; "" where it is missing',
  date: "int64, milliseconds since 1970 in UTC; −9223372036854775808 where it is missing",
};

/** Says how an item becomes the inputs of the graph; undefined where only Modelwright's own code does that. */
export function describeInputs({ preprocessing }: { readonly preprocessing: unknown }): readonly string[] | undefined {
  const { columns, tokenizer } = preprocessing as Partial<TablePreprocessing & TextPreprocessing>;
  if (Array.isArray(columns) && columns.every((column) => typeof column === "object" && "kind" in column))
    return ofColumns(preprocessing as TablePreprocessing);
  return tokenizer === undefined ? undefined : ofTexts(preprocessing as TextPreprocessing);
}

function ofTexts({
  tokenizer,
  maxLength,
  truncation = "end",
  bagLength,
  padId,
  pair,
  windows,
}: TextPreprocessing): readonly string[] {
  const least = Math.max(maxLength, bagLength ?? 0);
  return [
    ...(pair === "joined" ? ["The two texts of an item are joined by a line break.", ""] : []),
    ...(pair === "template"
      ? ["The two texts of an item are encoded as a pair; `token_type_ids` says of which of them a token is.", ""]
      : []),
    `1. Encode with \`${tokenizer}\` (the library \`tokenizers\`, or \`AutoTokenizer\` of transformers.js), special tokens added.`,
    `2. Of more than ${maxLength} tokens, keep ${kept(maxLength, truncation)}. Special tokens stay where they are, and count.`,
    `3. \`input_ids\` are the ids, \`attention_mask\` is 1; rows of a batch that are shorter are filled with ${padId}, mask 0.`,
    ...(bagLength === undefined
      ? []
      : [`4. \`bag_ids\` are the ids of step 1 cut to ${least} in the same way, filled with ${padId}.`]),
    ...(windows === undefined
      ? []
      : [
          "",
          `A longer text is read in windows of ${maxLength} tokens, each sharing ${windows.overlap} with the one before, at most ${windows.most}; the outputs of a text are their mean.`,
        ]),
  ];
}

function kept(maxLength: number, truncation: "end" | "middle"): string {
  if (truncation === "end") return `the first ${maxLength}`;
  const head = Math.ceil(maxLength * 0.75);
  return `the first ${head} and the last ${maxLength - head}`;
}

function ofColumns({ columns, encoders }: TablePreprocessing): readonly string[] {
  const rows = columns.flatMap(({ name, kind, feed, vector, cures, text }) => [
    ...(feed === undefined
      ? []
      : [
          [
            `\`${feed}\``,
            name,
            kind,
            [
              FEEDS[kind] ?? "",
              ...(cures === undefined ? [] : [`cured first: ${cures.join(", ")}`]),
              ...(text === undefined ? [] : ["as lower-case words with a space around each"]),
            ].join("; "),
          ],
        ]),
    ...(vector === undefined
      ? []
      : [
          [
            `\`${vector.feed}\``,
            name,
            kind,
            `float32, ${vector.width} numbers that \`${encoders?.[vector.encoder]?.graph}\` makes of the text`,
          ],
        ]),
  ]);
  return [
    "One input per column, `[rows, 1]` where it holds no vector:",
    "",
    ...markdownTable(["input", "column", "kind", "holds"], rows),
  ];
}
