import { beamSearch } from "./beam-search.ts";
import { DEFAULT_MAX_TOKENS, type Generation, type GenerationRequest, stopsOf } from "./generate-options.ts";
import { processorsOf } from "./processors/processors.ts";
import type { TextReader } from "./rows/token-rows.ts";
import { StopStrings } from "./stop-strings.ts";
import { TextStream } from "./text-stream.ts";
import type { WritingModel } from "./writing.ts";

/** Writes what beam search finds, as one text when it is found. */
export async function searchText(
  reader: TextReader,
  { tokenizer, endIds }: WritingModel,
  { prompt, source, options, signal, onText }: GenerationRequest,
): Promise<Generation> {
  const { beams = 1, lengthPenalty = 1, maxTokens = DEFAULT_MAX_TOKENS } = options;
  const found = await beamSearch(
    reader,
    { tokens: prompt, source },
    {
      beams,
      lengthPenalty,
      maxTokens,
      tokenizer,
      endIds,
      processors: processorsOf(options, false),
      signal,
    },
  );
  const hasEnded = endIds.has(found.at(-1)!);
  const tokens = hasEnded ? found.slice(0, -1) : found;
  const stream = new TextStream(tokenizer, prompt);
  const whole = tokens.map((token) => stream.push(token)).join("") + stream.end();
  const stops = new StopStrings(stopsOf(options));
  const shown = stops.push(whole);
  const text = shown.isStopped ? shown.text : shown.text + stops.end();
  if (text !== "") onText?.(text);
  if (shown.isStopped) return { text, tokens: tokens.length, finish: "stop-string" };
  return { text, tokens: tokens.length, finish: hasEnded ? "end-of-text" : "max-tokens" };
}
