import {
  type Annotation,
  type AnnotationRole,
  type DataSettings,
  prepareData,
  type RowWith,
  readAnnotatedRows,
} from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData } from "../task.ts";
import { unknownLabels } from "../unknown-labels.ts";
import { encoderSource } from "./encoder-source.ts";
import { heldAgainstEncoder, writtenIn } from "./language-check.ts";
import type { EncoderRecipe } from "./text-encoder-recipe.ts";

/** Rows of a text and what is to be predicted for it. */
export type TextRows<R extends AnnotationRole> = readonly RowWith<"text" | R>[];

/**
 * Reads, cleans and splits rows of texts; what can be known of the encoder is checked first.
 *
 * @param options.annotation What is to be predicted: `LABEL`, `LABEL_SET`, `TARGET`.
 * @param options.splitOf Makes a split of rows and of what the checks found in them all.
 */
export async function prepareTextRows<R extends AnnotationRole, Found extends object, Split>(
  recipe: EncoderRecipe & { readonly data: DataSettings; readonly model: { readonly fineTune: string } },
  options: {
    readonly annotation: Annotation<R, Found>;
    readonly splitOf: (rows: TextRows<R>, found: Found) => Split;
    readonly context: DataContext;
  },
): Promise<PreparedData<Split> & { readonly found: Found }> {
  const { annotation, splitOf, context } = options;
  const encoder = await encoderSource(recipe, context).check();
  const prepared = await prepareData(recipe.data, {
    annotation,
    baseDir: context.baseDir,
    onProgress: ({ step, ...progress }) => context.onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  const { train, validation, test, digest, report } = prepared;
  const split = (rows: TextRows<R>) => splitOf(rows, prepared);
  const { language, warnings } = heldAgainstEncoder(textsOf(train), encoder, recipe.model);
  return {
    learning: { train: split(train), validation: split(validation) },
    test: new HeldOut(split(test), test.length),
    digest,
    report: {
      ...report,
      // Where an encoder is held against the language, a warning names it.
      fields:
        encoder === undefined && language !== undefined
          ? `${report.fields}; the texts are ${writtenIn(language)}`
          : report.fields,
      warnings: [...report.warnings, ...warnings],
    },
    language,
    // That is what it warns of.
    isForeign: warnings.length > 0,
    found: prepared,
  };
}

/**
 * Rows of a file for a stored version.
 *
 * @param options.unknown Labels of a row that the model does not know; such rows are kept apart. Default: none.
 * @throws {ModelwrightError} `DATA_…`.
 */
export async function evaluationTextRows<R extends AnnotationRole, Split>(
  { source, columns, encoding, trained }: EvaluationSource,
  options: {
    readonly role: R | readonly R[];
    readonly splitOf: (rows: TextRows<R>) => Split;
    readonly unknown?: (row: RowWith<"text" | R>) => readonly string[];
  },
): Promise<EvaluationRows<Split>> {
  const { role, splitOf, unknown: unknownOf = () => [] } = options;
  const { labelSeparator, ...others } = trained;
  const read = await readAnnotatedRows(source, role, {
    columns,
    trained: others.columns,
    encoding,
    ...(labelSeparator === undefined ? {} : { labelSeparator }),
  });
  const known = read.rows.filter((row) => unknownOf(row).length === 0);
  const strange = read.rows.flatMap((row) => {
    const unknown = unknownOf(row);
    return unknown.length === 0 ? [] : [{ text: row.text, unknown }];
  });
  return {
    split: splitOf(known),
    skipped: read.skipped,
    warnings: read.warnings,
    ...(strange.length === 0 ? {} : { unknown: unknownLabels(strange) }),
  };
}

export function textsOf(rows: readonly { readonly text: string }[]): string[] {
  return rows.map(({ text }) => text);
}
