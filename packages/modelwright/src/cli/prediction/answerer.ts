import type { ModelManifest } from "@modelwright/contracts";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import type { LocalVersion } from "../../pipeline/local-version.ts";
import { type Continuing, openContinuing } from "./continuing.ts";
import { openFilling } from "./filling.ts";
import { openLabelling } from "./labelling.ts";

/** What a model says to one text, for each place where it may stand. */
export interface Answer {
  /** In an output file, in the order of the answerer's columns. */
  readonly cells: readonly (string | number)[];
  /** In a JSON document, beside the text. */
  readonly json: Readonly<Record<string, unknown>>;
  /** On the screen, the text included. */
  readonly lines: readonly string[];
}

/** How a loaded model answers on the command line. */
export interface Answerer {
  /** What an output file holds: "labels". */
  readonly what: string;
  /** Columns that an output file gets behind those of the input. */
  readonly columns: readonly string[];
  /** Texts that are answered, shown and written together. */
  readonly rowsAtOnce: number;
  readonly answer: (texts: readonly string[]) => Promise<readonly Answer[]>;
  readonly release: () => void;
}

export interface AnswerOptions extends Continuing {
  readonly top?: number;
}

/** Where a model runs. Default "cpu". */
export interface Placement {
  readonly executionProvider?: ExecutionProviderChoice;
}

/** How models of a task are opened, and which options they know. */
interface AnswererRow {
  readonly options: readonly (keyof AnswerOptions)[];
  readonly open: (version: LocalVersion, options: AnswerOptions & Placement) => Promise<Answerer>;
}

export const ANSWERERS: { readonly [Task in ModelManifest["task"]]: AnswererRow } = {
  "text-classification": { options: ["top"], open: openLabelling },
  "causal-language-modeling": {
    options: ["maxTokens", "temperature", "topK", "topP", "seed"],
    open: openContinuing,
  },
  "masked-language-modeling": { options: ["top"], open: openFilling },
};
