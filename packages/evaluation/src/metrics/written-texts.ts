import { ModelwrightError } from "@modelwright/contracts";

/** What a model wrote for rows of which the right text is known. */
export interface WrittenTexts {
  readonly rows: readonly WrittenText[];
}

export interface WrittenText {
  /** The text that should stand there. */
  readonly target: string;
  readonly written: string;
}

/** @throws {ModelwrightError} `EVALUATION_EMPTY`. */
export function checkWrittenTexts({ rows }: WrittenTexts): void {
  if (rows.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "written texts" });
}
