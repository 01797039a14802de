import { showShape } from "../tensor/shape.ts";
import { defineOperator, type Operator } from "./operator.ts";
import { broadcastElement, tabulate } from "./reference-kernels.ts";
import { inferSame } from "./shape-rules.ts";

export const reverseSequence = {
  /** Turns around the first `lengths[i]` steps of sequence i and leaves the rest; one of the two leading axes counts sequences, the other steps. */
  ReverseSequence: defineOperator({
    inputs: ["input", "sequence_lens"],
    outputs: ["Y"],
    attributes: { batch_axis: { type: "int", default: 1 }, time_axis: { type: "int", default: 0 } },
    infer: (c) => {
      const [x, lengths] = c.inputs;
      const { batch_axis: batch, time_axis: time } = c.attributes;
      if (batch + time !== 1 || batch * time !== 0)
        c.fail("batch_axis and time_axis are 0 and 1", `${batch} and ${time}`);
      if (x.shape.length < 2) c.fail("the input has two axes or more", showShape(x.shape));
      if (lengths.dtype !== "int64" || showShape(lengths.shape) !== showShape([x.shape[batch]!]))
        c.fail(`lengths are int64 ${showShape([x.shape[batch]!])}`, `${lengths.dtype} ${showShape(lengths.shape)}`);
      return inferSame(c);
    },
    gradient: ({ b, inputs: [, lengths], dy, attributes }) => [b.op("ReverseSequence", [dy, lengths], attributes)],
    reference: ([x, lengths], { attributes: { batch_axis: batch, time_axis: time } }) => [
      tabulate(x.dtype, x.shape, (index) => {
        const length = lengths.data[index[batch]!]!;
        const step = index[time]!;
        return broadcastElement(x, index.with(time, step < length ? length - 1 - step : step));
      }),
    ],
  }),
} satisfies Record<string, Operator>;
