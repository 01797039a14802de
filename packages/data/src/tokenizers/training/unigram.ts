import { digamma } from "./digamma.ts";
import { seedTokens } from "./seed-tokens.ts";
import { TokenLattices } from "./token-lattices.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";
import { UNKNOWN_TOKEN } from "./unknown-token.ts";
import { alphabetOf } from "./word-counts.ts";

const SPACE = "▁";
/** The most frequent characters that get a token; others are unknown. */
const ALPHABET_SIZE = 4000;
/** Tokens to start from, for each one that is wanted. */
const SEEDS_PER_TOKEN = 20;
/** Passes of expectation maximisation between two prunings, the share that each keeps, and where the last one ends. */
const PASSES = 2;
const KEPT_SHARE = 0.75;
const LAST_ROUND = 1.1;
/** A token that is expected less often than this is dropped. */
const LEAST_EXPECTED = 0.5;
/** Scores are written with so many decimals, few enough for every reader to get the same number. */
const DECIMALS = 6;

/** Unigram tokens in SentencePiece's way: NFKC, `▁` for spaces and in front of the text. */
export const unigramRecipe: TokenizerRecipe = {
  parts: ({ lowercase }) => {
    const steps = [{ type: "NFKC" }, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }];
    const small = lowercase ? [{ type: "Lowercase" }, { type: "NFD" }, { type: "StripAccents" }] : [];
    const metaspace = { type: "Metaspace", replacement: SPACE, prepend_scheme: "always", split: true };
    return {
      normalizer: { type: "Sequence", normalizers: [...steps, ...small] },
      pre_tokenizer: metaspace,
      post_processor: null,
      decoder: metaspace,
    };
  },
  learn: ({ words, specialTokens, vocabularySize, minFrequency, onProgress }) => {
    const wanted = vocabularySize - specialTokens.length;
    const alphabet = alphabetOf(words, { limit: Math.min(ALPHABET_SIZE, wanted >> 1) });
    const seeds = seedTokens(words, { alphabet, count: SEEDS_PER_TOKEN * wanted, minFrequency });
    const learned = learnTokens({ seeds, words, wanted, required: alphabet.length, onProgress });
    const vocab = [...specialTokens.map((token): [string, number] => [token, 0]), ...learned];
    return { type: "Unigram", unk_id: specialTokens.indexOf(UNKNOWN_TOKEN), vocab, byte_fallback: false };
  },
};

/**
 * Expectation maximisation and pruning in turn, until as many tokens are left as are wanted (Kudo 2018, section 3.2).
 *
 * @returns Tokens with log probabilities, most probable first.
 */
function learnTokens(options: {
  readonly seeds: readonly { readonly token: string; readonly weight: number }[];
  readonly words: ReadonlyMap<string, number>;
  readonly wanted: number;
  /** So many first seeds are single characters, which stay. */
  readonly required: number;
  readonly onProgress: (done: number, total: number) => void;
}): [token: string, score: number][] {
  const { seeds, wanted, required, onProgress } = options;
  const tokens = seeds.map(({ token }) => token);
  const lattices = new TokenLattices(tokens, options.words);
  const total = seeds.reduce((sum, { weight }) => sum + weight, 0);
  const scores = Float64Array.from(seeds, ({ weight }) => Math.log(weight / total));
  const alive = new Uint8Array(tokens.length).fill(1);
  const living = () => alive.reduce((sum, is) => sum + is, 0);
  const target = Math.ceil(LAST_ROUND * wanted);
  const first = living();
  for (let size = first; ; size = living()) {
    for (let pass = 0; pass < PASSES; pass++) {
      maximize({ expected: lattices.expectedCounts(scores), scores, alive, required });
      lattices.keep(alive);
    }
    onProgress(first - size, first - wanted);
    if (living() <= target) break;
    const keep = Math.max(target, Math.floor(KEPT_SHARE * living()));
    if (!prune({ lattices, scores, alive, required, keep })) break;
    lattices.keep(alive);
  }
  onProgress(first - wanted, first - wanted);
  const byScore = (a: number, b: number) => scores[b]! - scores[a]! || (tokens[a]! < tokens[b]! ? -1 : 1);
  const ids = tokens.map((_, id) => id).filter((id) => alive[id] === 1);
  const longer = ids.filter((id) => id >= required).sort(byScore);
  return [...ids.slice(0, required), ...longer.slice(0, Math.max(0, wanted - required))]
    .sort(byScore)
    .map((id) => [tokens[id]!, Number(scores[id]!.toFixed(DECIMALS))]);
}

/** New log probabilities from expected counts. The digamma function instead of a logarithm favours few tokens (a Dirichlet prior at its sparse end). */
function maximize(options: {
  readonly expected: Float64Array;
  readonly scores: Float64Array;
  readonly alive: Uint8Array;
  readonly required: number;
}): void {
  const { expected, scores, alive, required } = options;
  let total = 0;
  for (let id = 0; id < scores.length; id++) {
    if (id < required) expected[id] = Math.max(expected[id]!, LEAST_EXPECTED);
    else if (expected[id]! < LEAST_EXPECTED) alive[id] = 0;
    if (alive[id] === 1) total += expected[id]!;
  }
  for (let id = 0; id < scores.length; id++) {
    scores[id] = alive[id] === 1 ? digamma(expected[id]!) - digamma(total) : Number.NEGATIVE_INFINITY;
  }
}

/**
 * Drops the tokens whose loss would lower the likelihood of the texts least.
 *
 * The loss of a token: how often best paths use it, times the difference between its log probability and that of the tokens that would take its
 * place, when those get its occurrences on top. A token that is not its own best path is not used and goes at once.
 *
 * @returns Whether any went.
 */
function prune(options: {
  readonly lattices: TokenLattices;
  readonly scores: Float64Array;
  readonly alive: Uint8Array;
  readonly required: number;
  readonly keep: number;
}): boolean {
  const { lattices, scores, alive, required, keep } = options;
  const used = lattices.bestPathCounts(scores);
  const total = used.reduce((sum, count) => sum + count, 0);
  const candidates: { id: number; loss: number }[] = [];
  let size = required;
  let dropped = false;
  for (let id = required; id < scores.length; id++) {
    if (alive[id] === 0) continue;
    const frequency = used[id]!;
    const alternative = lattices.alternativeTo(id, scores);
    const score = alternative.reduce((sum, other) => sum + scores[other]!, 0);
    if (frequency === 0 || score > scores[id]!) {
      alive[id] = 0;
      dropped = true;
      continue;
    }
    const newTotal = Math.log(total + frequency * (alternative.length - 1));
    const own = Math.log(frequency) - Math.log(total);
    const others = alternative.reduce((sum, other) => sum + Math.log(used[other]! + frequency) - newTotal, 0);
    candidates.push({ id, loss: (frequency / total) * (own - others) });
  }
  candidates.sort((a, b) => b.loss - a.loss || a.id - b.id);
  for (const { id } of candidates) {
    if (size++ < keep) continue;
    alive[id] = 0;
    dropped = true;
  }
  return dropped;
}
