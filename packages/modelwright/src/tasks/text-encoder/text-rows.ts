import { ModelwrightError } from "@modelwright/contracts";
import { type Annotation, type AnnotationRole, prepareData, type RowWith, readAnnotatedRows } from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData } from "../task.ts";
import { checkTextEncoder } from "./fit-text-encoder.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

/** Rows of a text and what is to be predicted for it. */
export type TextRows<R extends AnnotationRole> = readonly RowWith<"text" | R>[];

/**
 * Reads, cleans and splits rows of texts; what can be known of the encoder is checked first.
 *
 * @param options.annotation What is to be predicted: `LABEL`, `LABEL_SET`, `TARGET`.
 * @param options.splitOf Makes a split of rows and of what the checks found in them all.
 */
export async function prepareTextRows<R extends AnnotationRole, Found extends object, Split>(
  recipe: TextEncoderRecipe,
  options: {
    readonly annotation: Annotation<R, Found>;
    readonly splitOf: (rows: TextRows<R>, found: Found) => Split;
    readonly context: DataContext;
  },
): Promise<PreparedData<Split> & { readonly found: Found }> {
  const { annotation, splitOf, context } = options;
  await checkTextEncoder(recipe);
  const prepared = await prepareData(recipe.data, {
    annotation,
    baseDir: context.baseDir,
    onProgress: ({ step, ...progress }) => context.onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  const { train, validation, test, digest, report } = prepared;
  const split = (rows: TextRows<R>) => splitOf(rows, prepared);
  return {
    learning: { train: split(train), validation: split(validation) },
    test: new HeldOut(split(test), test.length),
    digest,
    report,
    found: prepared,
  };
}

/**
 * Rows of a file for a stored version.
 *
 * @param options.unknown Values of a row that the model does not know; such rows are left out and counted. Default: none.
 * @throws {ModelwrightError} `EVALUATION_EMPTY` where no row is left; `DATA_…`.
 */
export async function evaluationTextRows<R extends AnnotationRole, Split>(
  { source, columns, encoding }: EvaluationSource,
  options: {
    readonly role: R;
    readonly splitOf: (rows: TextRows<R>) => Split;
    readonly labelSeparator?: string;
    readonly unknown?: (row: RowWith<"text" | R>) => readonly string[];
  },
): Promise<EvaluationRows<Split>> {
  const { role, splitOf, labelSeparator, unknown: unknownOf = () => [] } = options;
  const separator = labelSeparator === undefined ? {} : { labelSeparator };
  const { rows, skipped, warnings } = await readAnnotatedRows(source, role, { columns, encoding, ...separator });
  const known = rows.filter((row) => unknownOf(row).length === 0);
  if (known.length < rows.length) {
    const unknown = new Set(rows.flatMap(unknownOf));
    const reason = `labels that the model does not know: ${[...unknown].join(", ")}`;
    skipped.push({ rows: rows.length - known.length, reason });
  }
  if (known.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: source });
  return { split: splitOf(known), skipped, warnings };
}

export function textsOf(rows: readonly { readonly text: string }[]): string[] {
  return rows.map(({ text }) => text);
}
