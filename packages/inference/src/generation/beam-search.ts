import type { TextTokenizer } from "@modelwright/data";
import { likeliest, type Scores } from "../language-models/logits.ts";
import type { LogitsProcessor } from "./processors/processor.ts";
import type { TextBeginning, TextReader } from "./rows/token-rows.ts";
import { tokenScores } from "./token-scores.ts";

/** What beams are searched with. */
export interface BeamSearch {
  readonly beams: number;
  /** A text's score is its log-probability / length ^ `lengthPenalty`. */
  readonly lengthPenalty: number;
  readonly maxTokens: number;
  /** Of the ids that are scored. */
  readonly tokenizer: Pick<TextTokenizer, "vocabularySize" | "unknownId">;
  readonly endIds: ReadonlySet<number>;
  /** Of log-probabilities. */
  readonly processors: readonly LogitsProcessor[];
  readonly signal: AbortSignal | undefined;
}

/** A text that is followed, or that has ended. */
interface Beam {
  /** Row of the reader that it goes on from. */
  readonly row: number;
  /** Behind the prompt; the last one may end the text. */
  readonly tokens: readonly number[];
  readonly logProbability: number;
}

interface FinishedBeam {
  readonly tokens: readonly number[];
  readonly score: number;
}

/**
 * Finds the likeliest text behind a prompt among those that `beams` beams meet. Ends as Hugging Face's search does without early stopping:
 * when the best running beam, were it to end now, would be worse than the worst of `beams` ended ones.
 *
 * @returns Tokens behind the prompt, with the one that ends the text where it has ended.
 */
export async function beamSearch(
  reader: TextReader,
  beginning: TextBeginning,
  search: BeamSearch,
): Promise<readonly number[]> {
  const { beams, lengthPenalty, maxTokens, endIds, signal } = search;
  let running: readonly Beam[] = [{ row: 0, tokens: [], logProbability: 0 }];
  let finished: readonly FinishedBeam[] = [];
  const rows = await reader.begin([beginning], signal);
  try {
    for (let length = 1; ; length++) {
      const candidates = bestContinuations(running, {
        // Enough to go on with if every beam could end here.
        count: Math.max(2, 1 + endIds.size) * beams,
        logProbabilities: (beam) =>
          logProbabilitiesOf(rows.scores(beam.row), [...beginning.tokens, ...beam.tokens], search),
      });
      const ends = ({ tokens }: Beam) => length === maxTokens || endIds.has(tokens.at(-1)!);
      const ended = candidates.slice(0, beams).filter(ends);
      finished = [
        ...finished,
        ...ended.map(({ tokens, logProbability }) => ({ tokens, score: logProbability / length ** lengthPenalty })),
      ]
        .sort((a, b) => b.score - a.score)
        .slice(0, beams);
      running = candidates.filter((beam) => !ends(beam)).slice(0, beams);
      const hope = (running[0]?.logProbability ?? Number.NEGATIVE_INFINITY) / length ** lengthPenalty;
      const worst = finished.length < beams ? Number.NEGATIVE_INFINITY : finished.at(-1)!.score;
      if (running.length === 0 || hope <= worst) return finished[0]?.tokens ?? [];
      await rows.select(running.map(({ row }) => row));
      running = running.map((beam, row) => ({ ...beam, row }));
      await rows.next(
        running.map(({ tokens }) => tokens.at(-1)!),
        signal,
      );
    }
  } finally {
    rows.release();
  }
}

/** The likeliest texts of one more token, best first. */
function bestContinuations(
  beams: readonly Beam[],
  { count, logProbabilities }: { readonly count: number; logProbabilities(beam: Beam): Scores },
): Beam[] {
  const best: Beam[] = [];
  for (const beam of beams) {
    const scores = logProbabilities(beam);
    for (let token = 0; token < scores.length; token++) {
      const logProbability = beam.logProbability + scores[token]!;
      if (logProbability === Number.NEGATIVE_INFINITY) continue;
      if (best.length === count && logProbability <= best.at(-1)!.logProbability) continue;
      const place = best.findIndex((other) => other.logProbability < logProbability);
      best.splice(place < 0 ? best.length : place, 0, { ...beam, tokens: [...beam.tokens, token], logProbability });
      if (best.length > count) best.pop();
    }
  }
  return best;
}

function logProbabilitiesOf(
  given: Scores,
  tokens: readonly number[],
  { tokenizer, processors }: Pick<BeamSearch, "tokenizer" | "processors">,
): Scores {
  const scores = tokenScores(given, tokenizer);
  const most = scores[likeliest(scores)]!;
  const logSum = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  for (let id = 0; id < scores.length; id++) scores[id] = scores[id]! - logSum;
  for (const process of processors) process(scores, { tokens });
  return scores;
}
