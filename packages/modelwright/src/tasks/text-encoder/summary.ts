import { NO_BASE } from "@modelwright/contracts";
import { plainText } from "../../wording/plain-text.ts";
import { magnitude } from "../../wording/quantities.ts";

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
}): readonly [name: string, text: string] {
  const made = model.base === NO_BASE ? "trained from scratch" : `${model.base}, ${model.fineTune}`;
  return ["model", `${made}, ${magnitude(model.parameters)} parameters`];
}
