import {
  brokenGenerationRule,
  type GenerationOption,
  generationOptions,
  ModelwrightError,
} from "@modelwright/contracts";
import { DRAWING_OPTIONS, type ProcessorOptions } from "./processors/processors.ts";

/** Written at most where nobody says otherwise. */
export const DEFAULT_MAX_TOKENS = 100;

/** Draws where nobody says otherwise. */
export const DEFAULT_SEED = 7;

/** How a text is written behind a prompt. */
export interface GenerateOptions extends ProcessorOptions {
  /** Most tokens that are written. Default 100. */
  readonly maxTokens?: number | undefined;
  /** The same seed writes the same text, but for rounding where texts are written side by side. Default 7. */
  readonly seed?: number | undefined;
  /** The text ends before this, or before the first of these that comes; none of them is shown. Default: none. */
  readonly stop?: string | readonly string[] | undefined;
  /** A pattern that the whole text matches, in JavaScript's syntax; `parseRegex` says which of it. Tokens of a part of a character are not written. Default: any text. */
  readonly regex?: string | undefined;
  /** A JSON Schema that the text fits, as JSON; `jsonOf` says which keywords. `{}` is any object. Default: any text. */
  readonly jsonSchema?: object | undefined;
  /** Texts that are followed at once; the likeliest is taken and nothing is drawn (`temperature` and the like have no place then). Default 1. */
  readonly beams?: number | undefined;
  /** Of beams: a text's score is its log-probability / length ^ `lengthPenalty`, so more favours longer ones. Default 1. */
  readonly lengthPenalty?: number | undefined;
}

export function stopsOf({ stop = [] }: GenerateOptions): readonly string[] {
  return typeof stop === "string" ? [stop] : stop;
}

/** What was written behind a prompt. */
export interface Generation {
  /** Without the prompt. */
  readonly text: string;
  /** Tokens of it. */
  readonly tokens: number;
  /** Why it ends: the model ended the text, `maxTokens` were written, or a stop string came. */
  readonly finish: "end-of-text" | "max-tokens" | "stop-string";
}

/** A text that is asked for. */
export interface GenerationRequest {
  /** Token ids, one at least. */
  readonly prompt: readonly number[];
  /** Token ids that an encoder reads, where one stands in front of the decoder. Default: there is none. */
  readonly source?: readonly number[] | undefined;
  /** Checked. */
  readonly options: GenerateOptions;
  /** Ends the writing between two tokens. */
  readonly signal?: AbortSignal | undefined;
  /** Is given the text as it comes: never a part of a stop string, never half a character. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** Beams draw nothing, and nothing constrains them. */
const NOT_BESIDE_BEAMS = [...DRAWING_OPTIONS, "seed", "regex", "jsonSchema"] as const;

function show(value: number | string | object): number | string {
  return typeof value === "object" ? JSON.stringify(value).slice(0, 200) : value;
}

/** @throws {ModelwrightError} `MODEL_OPTION_INVALID`, also for an option that changes nothing beside another. */
export function checkGenerateOptions(options: GenerateOptions): void {
  for (const option of Object.keys(generationOptions) as GenerationOption[]) {
    const given = option === "stop" ? stopsOf(options) : [options[option]];
    for (const value of given) {
      const rule = value === undefined ? undefined : brokenGenerationRule(option, value);
      if (rule !== undefined) invalid(option, rule, value!);
    }
  }
  const { beams = 1 } = options;
  const idle = beams > 1 ? NOT_BESIDE_BEAMS : (["lengthPenalty"] as const);
  for (const option of idle) {
    const value = options[option];
    if (value !== undefined) invalid(option, beams > 1 ? "absent beside beams" : "beside beams", show(value));
  }
  if (options.regex !== undefined && options.jsonSchema !== undefined)
    invalid("regex", "absent beside jsonSchema", options.regex);
}

function invalid(option: string, rule: string, value: number | string): never {
  throw new ModelwrightError("MODEL_OPTION_INVALID", { option, rule, value });
}
