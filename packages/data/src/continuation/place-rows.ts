import { ModelwrightError } from "@modelwright/contracts";
import { counted, type ReportBuilder } from "../report-builder.ts";
import type { Continuation } from "./continuation.ts";

/** What rows say and what is predicted of them, as texts. */
export interface KeyedRows {
  readonly texts: readonly string[];
  /** What two rows that say the same must agree on. */
  readonly keys: readonly string[];
}

/** Where rows go that continue earlier ones: places in the rows of the source, and in those that came back. */
export interface PlacedRows {
  readonly held: readonly number[];
  readonly own: readonly number[];
  readonly fed: readonly number[];
}

/**
 * Tells the test rows of an earlier version from those to learn from, so that no row is among both.
 *
 * - A row of the source that was tested on is tested on again; what else says the same is left out.
 * - What came back and says what a test row says is left out, whatever is said to be right about it.
 * - A row of the source about which something else came back gives way to it.
 *
 * @param options.areCopies Whether rows that say the same are the same. Where few values make many rows alike they are
 *   not: then only as many are held out as were, and the others are learnt from. Default true.
 * @param options.published Whether the source has no test rows, for they are a file of their own.
 * @throws {ModelwrightError} `DATA_HELD_OUT_CHANGED` where a test row is there no more.
 */
export function placeRows(
  source: KeyedRows,
  fed: KeyedRows,
  options: {
    readonly continues: Continuation;
    readonly file: string;
    readonly report: ReportBuilder;
    readonly areCopies?: boolean;
    readonly published?: boolean;
  },
): PlacedRows {
  const { continues, file, report, areCopies = true, published = false } = options;
  const { heldOut, version, kept } = continues;
  const held = published ? [] : findHeldOut(source.texts, { continues, file });
  const isHeld = new Set(held);
  const isTested = (text: string) => (areCopies && heldOut.has(text)) || kept?.has(text) === true;
  const learntFed = [...fed.texts.keys()].filter((row) => !isTested(fed.texts[row]!));
  const told = new Map(learntFed.map((row) => [fed.texts[row]!, fed.keys[row]!]));
  const others = [...source.texts.keys()].filter((row) => !isHeld.has(row));
  const apart = others.filter((row) => !isTested(source.texts[row]!));
  const own = apart.filter((row) => {
    const truth = told.get(source.texts[row]!);
    return truth === undefined || truth === source.keys[row];
  });
  const detail = [
    `${counted(heldOut.size, "row")} that ${version} was tested on are held out again`,
    ...leftOut(others.length - apart.length, "that say what a row held out does"),
    ...leftOut(apart.length - own.length, "that feedback corrects"),
  ];
  report.step("held out", detail.join("; "), own.length);
  if (fed.texts.length > 0) {
    const same = leftOut(fed.texts.length - learntFed.length, "that say what a row held out does");
    report.step(
      "feedback",
      [`${counted(fed.texts.length, "row")} came back`, ...same].join("; "),
      own.length + learntFed.length,
    );
  }
  return { held, own, fed: learntFed };
}

/**
 * Holds a published test file to what an earlier version was tested on.
 *
 * @throws {ModelwrightError} `DATA_HELD_OUT_CHANGED` where a row is there no more, or was not there then.
 */
export function requireSameRows(
  texts: readonly string[],
  { continues, file }: { readonly continues: Continuation; readonly file: string },
): void {
  const added = texts.length - findHeldOut(texts, { continues, file }).length;
  if (added > 0) throw changed(continues, { file, missing: 0, added });
}

/** Places of the test rows of an earlier version. */
function findHeldOut(
  texts: readonly string[],
  { continues, file }: { readonly continues: Continuation; readonly file: string },
): readonly number[] {
  const { found, missing } = continues.heldOut.findIn(texts);
  if (missing > 0) throw changed(continues, { file, missing, added: 0 });
  return found;
}

function changed(
  { heldOut, version }: Continuation,
  details: { readonly file: string; readonly missing: number; readonly added: number },
): ModelwrightError {
  return new ModelwrightError("DATA_HELD_OUT_CHANGED", { ...details, version, rows: heldOut.size });
}

function leftOut(rows: number, which: string): string[] {
  return rows === 0 ? [] : [`${counted(rows, "row")} left out ${which}`];
}
