import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { itemOf, wholeText } from "@modelwright/data";
import type { LabelledRows } from "./rows.ts";

/** What a teacher said of one row, by label. */
type RowLogits = ReadonlyMap<string, number>;

/** The answers in a file, by what names their rows. */
interface StoredLogits {
  /** A teacher, as messages name it. */
  readonly teacher: string;
  readonly byText: ReadonlyMap<string, RowLogits>;
  readonly byId: ReadonlyMap<string, RowLogits>;
}

const FORM = 'Write one JSON object a line: {"text": "…", "logits": {"first label": 2.1, "second label": -0.4}}.';

function unfit(teacher: string, rule: string, got: string, instead = FORM): ModelwrightError<"TRAINING_TEACHER_UNFIT"> {
  return new ModelwrightError("TRAINING_TEACHER_UNFIT", { teacher, rule, got, instead });
}

/**
 * Reads a teacher's answers: JSON Lines of `text` (and `second` of a pair) or `id`, and `logits` by label. Logits are what a softmax makes
 * probabilities of; logarithms of probabilities are some.
 *
 * @param teacher The path, as the recipe has it.
 * @throws {ModelwrightError} `TRAINING_TEACHER_UNFIT` naming the line.
 */
export async function readLogits(teacher: string, baseDir: string): Promise<StoredLogits> {
  const path = resolve(baseDir, teacher);
  const content = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const rule = "must be a version, as tickets@champion or tickets:3, or a JSON Lines file with its logits";
    const instead = "Name a version with its alias or number (modelwright models lists them), or the path of a file.";
    throw unfit(teacher, rule, cause.code === "ENOENT" ? `no file ${path}` : `${path}: ${cause.message}`, instead);
  });
  const [byText, byId] = [new AnsweredRows(teacher), new AnsweredRows(teacher)];
  for (const [i, line] of content
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    const { text, second, id, logits } = rowOf(line, (rule) =>
      unfit(teacher, rule, `line ${i + 1}: ${shortened(line)}`),
    );
    const answer = { line: i + 1, logits };
    if (typeof text === "string") byText.add(keyOf(typeof second === "string" ? { text, second } : { text }), answer);
    if (typeof id === "string" || typeof id === "number") byId.add(String(id), answer);
  }
  return { teacher, byText: byText.logits, byId: byId.logits };
}

/** What a teacher said, by what names a row; a row that it speaks of twice has to get the same logits. */
class AnsweredRows {
  readonly logits = new Map<string, RowLogits>();
  readonly #lines = new Map<string, number>();
  readonly #teacher: string;

  constructor(teacher: string) {
    this.#teacher = teacher;
  }

  add(key: string, { line, logits }: { readonly line: number; readonly logits: RowLogits }): void {
    const before = this.logits.get(key);
    if (before === undefined) {
      this.logits.set(key, logits);
      this.#lines.set(key, line);
    } else if (before.size !== logits.size || [...logits].some(([label, value]) => before.get(label) !== value)) {
      const got = `other logits on line ${line} than on line ${this.#lines.get(key)}`;
      throw unfit(this.#teacher, "must say one thing of each row", got, "Remove one of the two lines.");
    }
  }
}

function rowOf(line: string, broken: (rule: string) => Error) {
  const row = parsed(line);
  const isMapping = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMapping(row)) throw broken("must have a JSON object on each line");
  const { text, second, id, logits } = row as Readonly<Record<string, unknown>>;
  if (typeof text !== "string" && typeof id !== "string" && typeof id !== "number") {
    throw broken("must name each row by its text or its id");
  }
  const entries = isMapping(logits) ? Object.entries(logits) : [];
  if (entries.length === 0 || !entries.every(([, value]) => Number.isFinite(value))) {
    throw broken("must have a number per label in logits");
  }
  return { text, second, id, logits: new Map<string, number>(entries) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * The logits of rows, float32 `[rows, labels]` in the order of the labels.
 *
 * @throws {ModelwrightError} `TRAINING_TEACHER_UNFIT` for a row that the file lacks, `TRAINING_TEACHER_LABELS` for one with other labels.
 */
export function logitsOfRows({ teacher, byText, byId }: StoredLogits, { labels, rows }: LabelledRows): Float32Array {
  const data = new Float32Array(rows.length * labels.length);
  for (const [i, row] of rows.entries()) {
    const logits = byText.get(keyOf(row)) ?? byId.get(row.id);
    if (logits === undefined) {
      const got = `none for row ${row.id}, ${JSON.stringify(shortened(wholeText(itemOf(row))))}`;
      const instead =
        "Add the row, with the text as it stands in the data or with its id, or leave it out of the data.";
      throw unfit(teacher, "must have logits for every training and validation row", got, instead);
    }
    checkLabels(teacher, [...logits.keys()], labels);
    data.set(
      labels.map((label) => logits.get(label)!),
      i * labels.length,
    );
  }
  return data;
}

/** @throws {ModelwrightError} `TRAINING_TEACHER_LABELS` naming the labels that only one of the two has. */
export function checkLabels(teacher: string, own: readonly string[], labels: readonly string[]): void {
  const [known, wanted] = [new Set(own), new Set(labels)];
  const alone = own.filter((label) => !wanted.has(label));
  const missing = labels.filter((label) => !known.has(label));
  if (alone.length + missing.length > 0) {
    throw new ModelwrightError("TRAINING_TEACHER_LABELS", { teacher, alone, missing });
  }
}

/** Spaces around a text do not count. */
function keyOf(row: { readonly text: string; readonly second?: string }): string {
  return wholeText(itemOf(row)).trim();
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
