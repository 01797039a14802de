import { guessColumn, type TableSketch } from "@modelwright/data";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";

/** How columns are called that hold what is read. */
const SOURCE_NAMES =
  /^(source|input|text|article|document|dialogue|dialog|original|body|content)(_?(text|sentence))?$|^(原文|文章|正文|输入)$/i;
/** How columns are called that hold a text in a language: `en`, `zh-CN`, `中文`. */
const LANGUAGE_NAMES =
  /^(ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|id|it|ja|ko|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|zh)([-_][a-z]{2,4})?$|^(英文|中文|英语|汉语|日文|法文|德文)$/i;
/** With fewer different ones a column of texts is one of categories. */
const MANY_TEXTS = 10;

/** A recipe for a table of texts and what is written from them: the column of the latter is called so, and its texts seldom repeat. */
export function draftSequenceToSequence(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  const { text: namedText, ...others } = named;
  if (Object.keys(others).length > 0) return undefined;
  const output = guessColumn("output", sketch, [namedText]) ?? translation(sketch, namedText);
  if (output === undefined || !isOfTexts(sketch, output)) return undefined;
  const text = namedText ?? sourceColumn(sketch, output);
  if (text === undefined) return undefined;
  const id = guessColumn("id", sketch, [text, output]);
  const columns = { text, output, ...(id === undefined ? {} : { id }) };
  return {
    likeness: 0.93,
    columns,
    rest: `# A small T5 is trained from scratch. With a published one, texts of any kind are learnt from fewer rows:
# model: { base: ./flan-t5-small, prefix: "summarize: " }   # a folder, or owner/name on the Hugging Face hub
# Every other value has a default, which the run prints. Those that are changed first:
# model: { maxSourceLength: 512, maxTargetLength: 64 }
# train: { epochs: 30, batchSize: 32, learningRate: 2e-3 }
# evaluate: { gates: { rougeL: { min: 0.3 } } }   # a model below a gate is kept, but does not become the champion
`,
    found: `texts in "${text}", what is written from them in "${output}"`,
    details: { ...columns, rows: sketch.rows },
  };
}

function isOfTexts({ columns }: TableSketch, name: string): boolean {
  const { counts, filled, numbers } = columns.find((column) => column.name === name)!;
  return counts.size >= MANY_TEXTS && 2 * counts.size > filled && 2 * numbers < filled;
}

/** Of two columns that are called by languages the one that is not read: the second, unless it is named as the text. */
function translation({ columns }: TableSketch, text: string | undefined): string | undefined {
  // Numbers called `id` are no Indonesian.
  const texts = columns.filter(({ filled, numbers }) => numbers < filled).map(({ name }) => name);
  const languages = texts.filter((name) => LANGUAGE_NAMES.test(name));
  return languages.length === 2 ? languages.findLast((name) => name !== text) : undefined;
}

function sourceColumn(sketch: TableSketch, output: string): string | undefined {
  const texts = sketch.columns.filter(({ name, filled, numbers }) => name !== output && numbers < filled);
  const named = (names: RegExp) => texts.find(({ name }) => names.test(name));
  const called = named(SOURCE_NAMES) ?? (LANGUAGE_NAMES.test(output) ? named(LANGUAGE_NAMES) : undefined);
  return called?.name ?? guessColumn("text", sketch, [output]);
}
