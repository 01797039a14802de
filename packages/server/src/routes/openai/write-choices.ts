import { randomInt } from "node:crypto";
import { ModelwrightError, type TokenUsage } from "@modelwright/contracts";
import type { GenerateOptions, Prompt, Written } from "@modelwright/inference";
import type { Arm } from "@modelwright/registry";
import type { ServedModel } from "../../inference/served-models.ts";
import type { TextService } from "../../inference/text-service.ts";
import type { Call } from "../../recording/call.ts";

/** What both routes know of the texts that are asked for. */
export interface SamplingRequest {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly top_k?: number | null | undefined;
  readonly min_p?: number | null | undefined;
  readonly repetition_penalty?: number | null | undefined;
  readonly regex?: string | null | undefined;
  readonly seed?: number | null | undefined;
  readonly n?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
}

/** Seeds that nobody gave are of 32 bits. */
const SEEDS = 2 ** 32;

/** Options of a request in our names; the text `index` of a prompt has a seed of its own. */
function optionsOf(request: SamplingRequest, index: number, seed: number): GenerateOptions {
  const { temperature, top_p, top_k, min_p, repetition_penalty, regex, stop } = request;
  return {
    temperature: temperature ?? undefined,
    topP: top_p ?? undefined,
    topK: top_k ?? undefined,
    minP: min_p ?? undefined,
    repetitionPenalty: repetition_penalty ?? undefined,
    regex: regex ?? undefined,
    stop: stop ?? undefined,
    seed: seed + index,
  };
}

export interface ChoicesRequest {
  readonly model: ServedModel;
  readonly arm: Arm;
  readonly call: Call;
  readonly prompts: readonly Prompt[];
  readonly sampling: SamplingRequest;
  /** What the route decides itself. */
  readonly options: GenerateOptions;
  readonly signal: AbortSignal;
  readonly onText: (index: number, text: string) => void;
  readonly onEnd: (index: number, written: Written) => void;
}

/**
 * Writes all texts of a request: `n` for each prompt, in the order of the prompts. The first that fails ends the others.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` for more texts than may be written at once; what is wrong with one of them.
 */
export async function writeChoices(texts: TextService, request: ChoicesRequest): Promise<Written[]> {
  const { model, arm, call, prompts, sampling, options, signal, onText, onEnd } = request;
  const each = sampling.n ?? 1;
  if (prompts.length * each > texts.limit) {
    const rule = `must be such that n times the prompts are at most ${texts.limit}, which the server writes at once`;
    const got = `${each} times ${prompts.length}`;
    throw new ModelwrightError("SERVER_REQUEST_INVALID", { path: "n", rule, got });
  }
  const seed = sampling.seed ?? randomInt(SEEDS);
  const failed = new AbortController();
  const end = AbortSignal.any([signal, failed.signal]);
  const writing = prompts.flatMap((prompt, place) =>
    Array.from({ length: each }, async (_, i) => {
      const index = place * each + i;
      const written = await texts.write({
        model,
        arm,
        call,
        index,
        prompt,
        options: { ...optionsOf(sampling, i, seed), ...options },
        signal: end,
        onText: (text) => onText(index, text),
      });
      onEnd(index, written);
      return written;
    }),
  );
  try {
    return await Promise.all(writing);
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

/** Tokens of all texts; a prompt counts once, however many texts it has. */
export function usageOf(written: readonly Written[], { n }: SamplingRequest): TokenUsage {
  const each = n ?? 1;
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const prompt_tokens = sum(written.filter((_, index) => index % each === 0).map(({ promptTokens }) => promptTokens));
  const completion_tokens = sum(written.map(({ tokens }) => tokens));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** Why a text ends, in OpenAI's words. */
export const FINISH_REASONS = { "end-of-text": "stop", "stop-string": "stop", "max-tokens": "length" } as const;
