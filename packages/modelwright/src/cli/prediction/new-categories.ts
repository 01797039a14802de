import type { ModelManifest, TablePreprocessing } from "@modelwright/contracts";
import { isMissingWord } from "@modelwright/data";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { Item } from "./prediction-arguments.ts";

/** Values of a column that a message shows. */
const SHOWN = 3;

/** Counts values of rows that are of no category of the training rows: a model answers them, but a slip of spelling is one too. */
export class NewCategories {
  readonly #columns: readonly { readonly name: string; readonly known: ReadonlySet<string> }[];
  readonly #seen = new Map<string, { rows: number; readonly values: Set<string> }>();

  constructor({ signature, preprocessing }: ModelManifest) {
    const columns = signature.input === "row" ? (preprocessing as TablePreprocessing).columns : [];
    this.#columns = columns.flatMap(({ name, categories }) =>
      categories === undefined ? [] : [{ name, known: new Set(categories) }],
    );
  }

  look(items: readonly Item[]): void {
    for (const { name, known } of this.#columns) {
      for (const item of items) {
        const value = (item as Readonly<Record<string, unknown>>)[name];
        // What stands for true and false is found among the categories when rows are read.
        if (typeof value === "boolean" || value === null || value === undefined) continue;
        const text = String(value).trim();
        if (isMissingWord(text) || known.has(text)) continue;
        const seen = this.#seen.get(name) ?? { rows: 0, values: new Set<string>() };
        seen.rows++;
        seen.values.add(text);
        this.#seen.set(name, seen);
      }
    }
  }

  /** `"district": 2 rows with categories that no training row has: "Moon", "north"`, a line per column. */
  warnings(): string[] {
    return [...this.#seen].map(([name, { rows, values }]) => {
      const shown = [...values].slice(0, SHOWN).map((value) => `"${plainText(value)}"`);
      const more = values.size > shown.length ? ", …" : "";
      return `"${plainText(name)}": ${counted(rows, "row")} with a category that no training row has, read as a new one: ${shown.join(", ")}${more}`;
    });
  }
}
