import { minP } from "./min-p.ts";
import type { LogitsProcessor } from "./processor.ts";
import { repetitionPenalty } from "./repetition-penalty.ts";
import { temperature } from "./temperature.ts";
import { topK } from "./top-k.ts";
import { topP } from "./top-p.ts";

/** What changes the scores before a token is chosen. */
export interface ProcessorOptions {
  /** Scores of tokens that stand in the prompt or the text already are divided by it, those below 0 multiplied. Default 1. */
  readonly repetitionPenalty?: number | undefined;
  /** Divides the scores: below 1 likelier tokens gain, above 1 rare ones. 0: always the likeliest token. Default 1. */
  readonly temperature?: number | undefined;
  /** Only so many of the likeliest tokens are drawn from. Default: all. */
  readonly topK?: number | undefined;
  /** Only the fewest likeliest tokens that have this share of the probability together are drawn from. Default 1. */
  readonly topP?: number | undefined;
  /** Only tokens of at least this share of the likeliest one's probability are drawn from. Default 0. */
  readonly minP?: number | undefined;
}

interface Processor {
  readonly option: keyof ProcessorOptions;
  /** The value at which it changes nothing. */
  readonly neutral?: number;
  /** Whether it matters only where tokens are drawn. */
  readonly draws: boolean;
  readonly make: (value: number) => LogitsProcessor;
}

/** In the order of Hugging Face's generation. */
const PROCESSORS: readonly Processor[] = [
  { option: "repetitionPenalty", neutral: 1, draws: false, make: repetitionPenalty },
  { option: "temperature", neutral: 1, draws: true, make: temperature },
  { option: "topK", draws: true, make: topK },
  { option: "topP", neutral: 1, draws: true, make: topP },
  { option: "minP", neutral: 0, draws: true, make: minP },
];

/** Options that matter only where tokens are drawn. */
export const DRAWING_OPTIONS = PROCESSORS.filter(({ draws }) => draws).map(({ option }) => option);

/**
 * The processors that options ask for.
 *
 * @param draws Whether tokens are drawn, or the likeliest taken.
 */
export function processorsOf(options: ProcessorOptions, draws: boolean): readonly LogitsProcessor[] {
  return PROCESSORS.flatMap(({ option, neutral, draws: onlyDrawn, make }) => {
    const value = options[option];
    return value === undefined || value === neutral || (onlyDrawn && !draws) ? [] : [make(value)];
  });
}
