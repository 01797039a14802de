import { NO_BASE, type TextItem } from "@modelwright/contracts";
import {
  type Annotation,
  type AnnotationRole,
  type DataSettings,
  itemOf,
  loadTokenizer,
  prepareData,
  type RowWith,
  readAnnotatedRows,
  wholeText,
} from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData } from "../task.ts";
import { unknownLabels } from "../unknown-labels.ts";
import { type CheckedEncoder, encoderSource } from "./encoder-source.ts";
import { isPairRecipe } from "./is-pair-recipe.ts";
import { heldAgainstEncoder, writtenIn } from "./language-check.ts";
import type { EncoderRecipe } from "./text-encoder-recipe.ts";

/** What of a row a model reads. */
export interface TextOfRow {
  readonly text: string;
  readonly second?: string;
}

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
    continues: context.continues,
    onVersion: context.onVersion,
    onProgress: ({ step, ...progress }) => context.onProgress({ stage: step as "read" | "duplicates", ...progress }),
  });
  const { train, validation, test, development, digest, report } = prepared;
  const split = (rows: TextRows<R>) => splitOf(rows, prepared);
  const { language, warnings } = heldAgainstEncoder(textsOf(train), encoder, recipe.model);
  const joined = isPairRecipe(recipe) && encoder !== undefined ? joinedWarning(encoder) : [];
  return {
    learning: { train: split(train), validation: split(validation) },
    test: new HeldOut(split(test), test.length),
    development: { ...development, rows: split(development.rows) },
    digest,
    report: {
      ...report,
      // Where an encoder is held against the language, a warning names it.
      fields:
        encoder === undefined && language !== undefined
          ? `${report.fields}; the texts are ${writtenIn(language)}`
          : report.fields,
      warnings: [...report.warnings, ...warnings, ...joined],
    },
    language,
    // That is what it warns of.
    isForeign: warnings.length > 0,
    found: prepared,
  };
}

/** Warns of an encoder whose tokenizer does not say how two texts stand together. */
function joinedWarning({ name, tokenizerJson }: CheckedEncoder): string[] {
  if (loadTokenizer(tokenizerJson).readPair !== undefined) return [];
  return [
    `${name} reads one text at a time: the two texts are joined by a line break; an encoder of the BERT family, or model.base: ${NO_BASE}, tells them apart`,
  ];
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

/** What rows say, each as one text: of a pair both, with a line break between them. */
export function textsOf(rows: readonly TextOfRow[]): string[] {
  return rows.map((row) => wholeText(itemOf(row)));
}

/** What a model reads of rows: their texts, or pairs of texts. */
export function itemsOf(rows: readonly TextOfRow[]): TextItem[] {
  return rows.map(itemOf);
}
