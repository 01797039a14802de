/** Which tokens of a text are left out when it has more than a model reads. */
export type Truncation = "end" | "middle";

/** Special tokens around a text, which a cut keeps. */
export interface TokenFrame {
  readonly before: number;
  readonly after: number;
}

export const NO_FRAME: TokenFrame = { before: 0, after: 0 };

/** Share of the kept tokens that come from the start when the middle is left out. */
const HEAD_SHARE = 0.75;

/**
 * At most `maxLength` tokens of a text.
 *
 * `end` keeps the first ones. `middle` keeps three quarters from the start and the rest from the end: long mails and articles tell much
 * about themselves in their last lines (Sun et al. 2019, arXiv:1905.05583, found head and tail together best).
 *
 * @param frame Special tokens at either end, which stay. Default: there are none.
 */
export function truncate(
  ids: readonly number[] | Int32Array,
  maxLength: number,
  truncation: Truncation,
  { before, after }: TokenFrame = NO_FRAME,
): Int32Array {
  if (ids.length <= maxLength) return Int32Array.from(ids);
  const room = maxLength - before - after;
  // There is no room for all special tokens: the first of them, so that a cut of this cut is one of the whole.
  if (room < 0) return Int32Array.from([...ids.slice(0, before), ...ids.slice(-after)].slice(0, maxLength));
  const head = before + (truncation === "end" ? room : Math.ceil(room * HEAD_SHARE));
  return Int32Array.from([...ids.slice(0, head), ...ids.slice(ids.length - (maxLength - head))]);
}
