import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";
import { zerosWhereNot } from "../gradient-shapes.ts";
import type { DecompositionContext, Recording } from "../operator.ts";
import { shapePart, shapeVector } from "../shape-values.ts";
import type { Cell } from "./cell.ts";
import { INPUT, joinParts, liveSteps, partOf, previousStates, swapBatch, zeroState } from "./direction.ts";
import { scanSequences } from "./scan-sequences.ts";
import { directionsOf, type RecurrentAttributes } from "./shape-rule.ts";

/** One direction's values as the forward pass recorded them: over time, features before batch. */
export interface RecordedDirection {
  readonly states: readonly Value[];
  readonly previous: readonly Value[];
  readonly kept: readonly Value[];
}

/**
 * The forward pass as one matrix product for the inputs of all times, then a Scan whose step has one product with R.
 *
 * Beyond a sequence's end the state stays as it is, and the result is 0.
 */
export function recordRecurrent(
  { b, inputs, attributes }: DecompositionContext<RecurrentAttributes>,
  cells: readonly Cell[],
): Recording {
  const x = inputs[INPUT.x]!;
  const lengths = inputs[INPUT.lengths];
  const live = lengths === undefined ? undefined : liveSteps(b, x, lengths);
  const runs = directionsOf(attributes).map((reverse, i) =>
    b.scope(reverse ? "reversed" : "forwards", () =>
      runDirection(b, inputs, { cell: cells[i]!, direction: i, reverse, live }),
    ),
  );
  const final = (state: number) =>
    joinParts(
      b,
      runs.map(({ states }) => swapBatch(b, states[state]!)),
    );
  const y = joinParts(
    b,
    runs.map(({ recorded: { states } }) =>
      swapBatch(b, live === undefined ? states[0]! : zerosWhereNot(b, live, states[0]!)),
    ),
    1,
  );
  return {
    outputs: [y, ...(cells[0]!.states === 2 ? [final(0), final(1)] : [final(0)])],
    recorded: runs.flatMap(({ recorded: { states, previous, kept } }) => [...states, ...previous, ...kept]),
  };
}

/** What `recordRecurrent` recorded, by direction. */
export function recordedDirections(recorded: readonly Value[], cells: readonly Cell[]): RecordedDirection[] {
  const size = recorded.length / cells.length;
  return cells.map(({ states }, i) => {
    const values = recorded.slice(i * size, (i + 1) * size);
    return {
      states: values.slice(0, states),
      previous: values.slice(states, 2 * states),
      kept: values.slice(2 * states),
    };
  });
}

function runDirection(
  b: Emitter,
  inputs: readonly (Value | undefined)[],
  { cell, direction, reverse, live }: { cell: Cell; direction: number; reverse: boolean; live: Value | undefined },
) {
  const x = inputs[INPUT.x]!;
  const [w, r] = [partOf(b, inputs[INPUT.w]!, direction), partOf(b, inputs[INPUT.r]!, direction)];
  const width = Number(r.shape[1]);
  const bias = biasesOf(b, inputs[INPUT.bias], direction, cell);
  const initial = [INPUT.h, INPUT.c].slice(0, cell.states).map((input) => {
    const given = inputs[input];
    return given === undefined ? zeroState(b, x, width) : swapBatch(b, partOf(b, given, direction));
  });
  const operands = cell.operands(b, r, bias.recurrent);
  const { states, sequences } = scanSequences(b, {
    name: "steps",
    states: initial,
    sequences: [gateInputs(b, x, w, bias.input), ...(live === undefined ? [] : [live])],
    reverse,
    step: (body, before, [input, isLive]) => {
      const { states: after, kept } = cell.step(body, { input: input!, states: before, operands });
      const next = isLive === undefined ? after : after.map((state, i) => body.op("Where", [isLive, state, before[i]]));
      return { states: next, emitted: [...next, ...kept] };
    },
  });
  const over = sequences.slice(0, cell.states);
  const previous = over.map((sequence, i) => previousStates(b, sequence, initial[i]!, reverse));
  return { states, recorded: { states: over, previous, kept: sequences.slice(cell.states) } };
}

/** x·Wᵀ + bias for all times: `[T, gates·H, B]`. */
function gateInputs(b: Emitter, x: Value, w: Value, bias: Value | undefined): Value {
  const rows = b.op("Reshape", [x, b.ints([-1, Number(w.shape[1])])]);
  const product = b.op("Gemm", bias === undefined ? [rows, w] : [rows, w, bias], { transB: 1 });
  return swapBatch(b, b.op("Reshape", [product, shapeVector(b, [shapePart(b, x, 0, 2), [Number(w.shape[0])]])]));
}

/** The biases of input and recurrence, which are one where no gate lies between. */
function biasesOf(b: Emitter, biases: Value | undefined, direction: number, cell: Cell) {
  if (biases === undefined) return { input: undefined, recurrent: undefined };
  const size = Number(biases.shape[1]) / 2;
  const [input, recurrent] = b.multi("Split", [partOf(b, biases, direction), b.ints([size, size])], 2, { axis: 0 });
  if (cell.separateBias) return { input, recurrent };
  return { input: b.op("Add", [input, recurrent]), recurrent: undefined };
}
