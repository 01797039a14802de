import { NO_BASE } from "@modelwright/contracts";
import { plainText } from "../../wording/plain-text.ts";
import { magnitude, percent } from "../../wording/quantities.ts";

const LABELS_SHOWN = 12;

/** The labels of a version, in one line. */
export function labelsLine(labels: readonly string[]): readonly [name: string, text: string] {
  const shown = labels.slice(0, LABELS_SHOWN).map(plainText).join(", ");
  return ["labels", `${labels.length}: ${shown}${labels.length > LABELS_SHOWN ? ", …" : ""}`];
}

/** What a version was made of, in one line. */
export function encoderLine(model: {
  readonly base: string;
  readonly fineTune: string;
  readonly parameters: number;
  readonly trained?: number | undefined;
}): readonly [name: string, text: string] {
  const { base, fineTune, parameters, trained = parameters } = model;
  const made = base === NO_BASE ? "trained from scratch" : `${base}, ${fineTune}`;
  const part = trained === parameters ? "" : `, ${percent(trained / parameters)} of them trained`;
  return ["model", `${made}, ${magnitude(parameters)} parameters${part}`];
}
