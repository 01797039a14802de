import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";
import { uniform } from "../parameters/initializers.ts";

/** What a linear-chain conditional random field adds to the scores of single tags: K tags. */
export interface CrfScores {
  /** float32 `[K, K]`: of a tag (column) behind another (row). */
  readonly transitions: Value;
  /** float32 `[K]`: of a tag at the first token. */
  readonly start: Value;
  /** float32 `[K]`: of a tag at the last token. */
  readonly end: Value;
}

/** Sequences under a conditional random field. */
export interface CrfValues extends CrfScores {
  /** float32 `[batch, sequence, K]`: of each tag at each token. */
  readonly emissions: Value;
  /** int64 `[batch, sequence]`: 1 for a token, 0 for the padding behind. */
  readonly mask: Value;
}

/** No sequence that counts has it, and sums of a few thousand of it are still finite in float32. */
const FORBIDDEN = -1e4;
const FIRST = uniform(0.1);

/**
 * The learnt scores of a conditional random field over BIO tags of so many labels: 0 outside, 2 i + 1 begins a span of label i, 2 i + 2 goes
 * on with it. What goes on with nothing is forbidden, by constants that are added to what is learnt.
 *
 * @param options.name Scope of its parameters: `transitions`, `start`, `end`.
 */
export function bioScores(c: LayerContext, options: { readonly name: string; readonly labels: number }): CrfScores {
  const { name, labels } = options;
  const K = 2 * labels + 1;
  const goesOn = (tag: number) => tag > 0 && tag % 2 === 0;
  const follows = (before: number, tag: number) => !goesOn(tag) || before === tag || before === tag - 1;
  const tags = Array.from({ length: K }, (_, tag) => tag);
  return c.scope(name, () => {
    const learnt = (part: string, shape: readonly number[], forbidden: readonly boolean[]) => {
      const values = c.parameter(part, shape, { initializer: FIRST, decay: false });
      const constants = c.b.constant(
        "float32",
        shape,
        forbidden.map((isForbidden) => (isForbidden ? FORBIDDEN : 0)),
      );
      return c.b.op("Add", [values, constants]);
    };
    return {
      transitions: learnt(
        "transitions",
        [K, K],
        tags.flatMap((before) => tags.map((tag) => !follows(before, tag))),
      ),
      start: learnt("start", [K], tags.map(goesOn)),
      end: c.parameter("end", [K], { initializer: FIRST, decay: false }),
    };
  });
}
