import { ModelwrightError, PERSONAL_DATA_KINDS, type PersonalDataKind } from "@modelwright/contracts";
import { counted, type ReportBuilder } from "../report-builder.ts";
import { KIND_WORDS } from "./kind-words.ts";
import type { PersonalDataMatch } from "./recogniser.ts";
import type { PersonalDataTreater } from "./treat-text.ts";

/** Counts what was found, by kind. */
export class PersonalDataTally {
  readonly #counts = new Map<PersonalDataKind, { matches: number; rows: number }>();
  #rows = 0;

  /** @param matches Of one row. */
  add(matches: readonly PersonalDataMatch[]): void {
    if (matches.length > 0) this.#rows += 1;
    for (const kind of new Set(matches.map((match) => match.kind))) {
      const { matches: before, rows } = this.#counts.get(kind) ?? { matches: 0, rows: 0 };
      const here = matches.filter((match) => match.kind === kind).length;
      this.#counts.set(kind, { matches: before + here, rows: rows + 1 });
    }
  }

  /**
   * Tells it in a line of the data report: `masked 12 e-mails in 10 rows, 1 IBAN in 1 row`.
   *
   * @throws {ModelwrightError} `DATA_EMPTY` where every row was dropped.
   */
  report(
    report: ReportBuilder,
    { done, drops }: PersonalDataTreater,
    { file, step, left }: { readonly file: string; readonly step: string; readonly left: number },
  ): void {
    if (drops && left === 0 && this.#rows > 0)
      throw new ModelwrightError("DATA_EMPTY", {
        file,
        problem: "every row holds personal data, and data.clean.pii drops those",
      });
    const parts = PERSONAL_DATA_KINDS.flatMap((kind) => {
      const count = this.#counts.get(kind);
      if (count === undefined) return [];
      const what = counted(count.matches, ...KIND_WORDS[kind]);
      return [drops ? what : `${what} in ${counted(count.rows, "row")}`];
    });
    const all = drops ? `${done} ${counted(this.#rows, "row")} with ` : `${done} `;
    report.step(step, parts.length === 0 ? "none was found" : `${all}${parts.join(", ")}`, left);
  }
}
