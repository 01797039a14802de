import { DTYPES, scanSequences, type Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";

/** Spans over a batch, scalar float32 each. */
export interface SpanCountValues {
  readonly actual: Value;
  readonly predicted: Value;
  /** Those of both, with the same ends and label. */
  readonly right: Value;
}

/**
 * Counts the spans that BIO tags name, 0 outside, 2 i + 1 begins a span of label i, 2 i + 2 goes on with it; as a Scan, so that texts of any
 * length are counted where they are evaluated. What goes on with nothing does not count.
 *
 * @param values.actual int64 `[batch, sequence]`; anything where the mask is 0. Likewise `predicted`.
 * @param values.mask int64 `[batch, sequence]`: 1 for a token with a tag. Others are passed over: padding, and the rest of a word of which
 * the first token has the tag.
 */
export function spanCounts(
  { b }: LossContext,
  values: { readonly actual: Value; readonly predicted: Value; readonly mask: Value },
): SpanCountValues {
  const isLive = b.op("Cast", [values.mask], { to: DTYPES.bool.onnx });
  const turned = (values: Value) => b.op("Transpose", [values], { perm: [1, 0] }); // [T, B]
  const known = (tags: Value) => turned(b.op("Where", [isLive, tags, b.scalar(0, "int64")]));
  const [actual, predicted] = [known(values.actual), known(values.predicted)];
  const parity = (tags: Value) => b.op("Mod", [tags, b.scalar(2, "int64")]);
  const begins = (tags: Value) => b.op("Equal", [parity(tags), b.scalar(1, "int64")]);
  const goesOn = (tags: Value) =>
    b.op("And", [b.op("Greater", [tags, b.scalar(0, "int64")]), b.op("Not", [begins(tags)])]);
  const asNumber = (flags: Value) => b.op("Cast", [flags], { to: DTYPES.float32.onnx });
  const sum = (flags: Value) => b.op("ReduceSum", [asNumber(flags), b.ints([0, 1])], { keepdims: 0 });
  const opened = b.op("And", [begins(actual), b.op("Equal", [actual, predicted])]);
  const firsts = b.op("ReduceSum", [values.mask, b.ints([1])], { keepdims: 0 });
  const closed = b.op("Less", [firsts, b.scalar(0, "int64")]); // [B], all false
  const {
    states: [last],
    sequences: [ended],
  } = scanSequences(b, {
    name: "spans",
    states: [closed],
    sequences: [opened, goesOn(actual), goesOn(predicted), turned(isLive)],
    reverse: false,
    step: (body, [open], [isOpened, actualGoes, predictedGoes, hasTag]) => {
      const neither = body.op("Not", [body.op("Or", [actualGoes, predictedGoes])]);
      const ends = body.op("And", [open, body.op("And", [hasTag, neither])]);
      const goOn = body.op("Or", [body.op("Not", [hasTag]), body.op("And", [actualGoes, predictedGoes])]);
      const stays = body.op("And", [open, goOn]);
      return { states: [body.op("Or", [stays, isOpened])], emitted: [ends] };
    },
  });
  const rest = b.op("ReduceSum", [asNumber(last!), b.ints([0])], { keepdims: 0 });
  return {
    actual: sum(begins(actual)),
    predicted: sum(begins(predicted)),
    right: b.op("Add", [sum(ended!), rest]),
  };
}
