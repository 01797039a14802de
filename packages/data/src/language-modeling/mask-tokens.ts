import type { RandomSource } from "@modelwright/engine";

export interface MaskingOptions {
  readonly maskId: number;
  /** Ids that are neither masked nor put in place of others: special tokens. */
  readonly special: ReadonlySet<number>;
  /** Random replacements are in `[0, vocabularySize)`. */
  readonly vocabularySize: number;
  readonly random: RandomSource;
}

/** Places to predict, in order, and what stood there. */
export interface MaskedTokens {
  readonly positions: Int32Array;
  readonly labels: Int32Array;
}

/** Shares of all tokens that are predicted, and of those that become the mask token or a random token; the others stay. */
const PREDICTED = 0.15;
const MASKED = 0.8;
const RANDOM = 0.1;

/**
 * Masks tokens as BERT does (Devlin et al. 2019, arXiv:1810.04805, section 3.1): 15 % of them, at least one, are predicted; of these 80 % become
 * the mask token, 10 % a random token, and 10 % stay.
 *
 * @param ids Changed in place.
 */
export function maskTokens(ids: Int32Array, { maskId, special, vocabularySize, random }: MaskingOptions): MaskedTokens {
  const candidates = ids.map((_, at) => at).filter((at) => !special.has(ids[at]!));
  const count = Math.min(candidates.length, Math.max(1, Math.round(candidates.length * PREDICTED)));
  const positions = random.shuffle(candidates).slice(0, count).sort();
  const labels = positions.map((at) => ids[at]!);
  for (const at of positions) {
    const draw = random.uniform();
    if (draw < MASKED) ids[at] = maskId;
    else if (draw < MASKED + RANDOM) ids[at] = randomToken();
  }
  return { positions, labels };

  function randomToken(): number {
    let id = random.integer(vocabularySize);
    while (special.has(id)) id = random.integer(vocabularySize);
    return id;
  }
}
