import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";
import { zerosWhereNot } from "../gradient-shapes.ts";
import type { GradientContext } from "../operator.ts";
import { zerosLike } from "../shape-values.ts";
import type { Cell } from "./cell.ts";
import { INPUT, joinParts, liveSteps, partOf, swapBatch, zeroState } from "./direction.ts";
import { type RecordedDirection, recordedDirections } from "./record.ts";
import { scanSequences } from "./scan-sequences.ts";
import { directionsOf, type RecurrentAttributes } from "./shape-rule.ts";

/**
 * Backpropagation through time: a Scan against the direction of the forward pass, whose step has one product with Rᵀ, and the gradients by
 * x, W and R as one product each over all times.
 *
 * Everything that does not depend on the gradient is computed before the loop, for all times at once.
 *
 * @see Werbos 1990, "Backpropagation through time", Proceedings of the IEEE 78(10).
 */
export function recurrentBackward(
  context: GradientContext<RecurrentAttributes>,
  recorded: readonly Value[],
  cells: readonly Cell[],
): readonly (Value | undefined)[] {
  const { b, inputs, attributes } = context;
  const parts = recordedDirections(recorded, cells);
  const gradients = directionsOf(attributes).map((reverse, direction) =>
    b.scope(reverse ? "reversed" : "forwards", () =>
      directionBackward(context, { cell: cells[direction]!, recorded: parts[direction]!, direction, reverse }),
    ),
  );
  const join = (pick: (gradient: DirectionGradients) => Value) => joinParts(b, gradients.map(pick));
  const given = (input: number, gradient: () => Value) => (inputs[input] === undefined ? undefined : gradient());
  return [
    gradients.map(({ x }) => x).reduce((sum, x) => b.op("Add", [sum, x])),
    join(({ w }) => w),
    join(({ r }) => r),
    given(INPUT.bias, () => join(({ bias }) => bias)),
    undefined,
    given(INPUT.h, () => join(({ initial }) => swapBatch(b, initial[0]!))),
    given(INPUT.c, () => join(({ initial }) => swapBatch(b, initial[1]!))),
  ];
}

/** Gradients by the parts of one direction, and its share of that by x. */
interface DirectionGradients {
  readonly x: Value;
  readonly w: Value;
  readonly r: Value;
  readonly bias: Value;
  /** By the initial states, `[H, B]`. */
  readonly initial: readonly Value[];
}

function directionBackward(
  { b, inputs, dys }: GradientContext<RecurrentAttributes>,
  {
    cell,
    recorded: { states, previous, kept },
    direction,
    reverse,
  }: { cell: Cell; recorded: RecordedDirection; direction: number; reverse: boolean },
): DirectionGradients {
  const x = inputs[INPUT.x]!;
  const [w, r] = [partOf(b, inputs[INPUT.w]!, direction), partOf(b, inputs[INPUT.r]!, direction)];
  const lengths = inputs[INPUT.lengths];
  const live = lengths === undefined ? undefined : liveSteps(b, x, lengths);
  const [dY, ...dFinals] = dys;
  const dSequence = dY === undefined ? zerosLike(b, states[0]!) : swapBatch(b, partOf(b, dY, direction, 1));
  const dStates = states.map((_, i) => {
    const dFinal = dFinals[i];
    return dFinal === undefined ? zeroState(b, x, Number(r.shape[1])) : swapBatch(b, partOf(b, dFinal, direction));
  });
  const operands = cell.operandsBack(b, r);
  const { states: initial, sequences } = scanSequences(b, {
    name: "steps_back",
    states: dStates,
    sequences: [
      live === undefined ? dSequence : zerosWhereNot(b, live, dSequence),
      ...(live === undefined ? [] : [live]),
      ...cell.factors(b, { states, previous, kept }),
    ],
    reverse: !reverse,
    step: (body, [carried, ...rest], [dy, ...slices]) => {
      const after = [body.op("Add", [carried, dy]), ...rest];
      if (live === undefined) {
        const { gradients, emitted } = cell.stepBack(body, { gradients: after, factors: slices, operands });
        return { states: gradients, emitted };
      }
      const [isLive, ...factors] = slices;
      const stepped = cell.stepBack(body, {
        gradients: after.map((gradient) => zerosWhereNot(body, isLive!, gradient)),
        factors,
        operands,
      });
      const zero = body.scalar(0, x.dtype);
      const passed = after.map((gradient) => body.op("Where", [isLive, zero, gradient]));
      const before = stepped.gradients.map((gradient, i) => body.op("Add", [gradient, passed[i]]));
      return { states: before, emitted: stepped.emitted };
    },
  });
  const gates = cell.gateGradients(b, { emitted: sequences, previous: previous[0]!, kept });
  return { ...parameterGradients(b, { x, w, cell, gates }), initial };
}

function parameterGradients(
  b: Emitter,
  { x, w, cell, gates }: { x: Value; w: Value; cell: Cell; gates: ReturnType<Cell["gateGradients"]> },
): Omit<DirectionGradients, "initial"> {
  const input = featuresFirst(b, gates.input);
  const recurrent = gates.recurrent.map(({ gradient, operand }) => {
    const rows = gradient === gates.input ? input : featuresFirst(b, gradient);
    return { rows, product: b.op("MatMul", [rows, rowsOf(b, swapBatch(b, operand))]) };
  });
  const column = (values: Value) => b.op("ReduceSum", [values, b.ints([1])], { keepdims: 0 });
  const inputBias = column(input);
  const recurrentBias = cell.separateBias ? column(recurrent[0]!.rows) : inputBias;
  return {
    x: b.op("MatMul", [swapBatch(b, gates.input), w]),
    w: b.op("MatMul", [input, rowsOf(b, x)]),
    r: joinRows(
      b,
      recurrent.map(({ product }) => product),
    ),
    bias: b.op("Concat", [inputBias, recurrentBias], { axis: 0 }),
  };
}

/** `[T, F, B]` as `[F, T·B]`. */
function featuresFirst(b: Emitter, value: Value): Value {
  const turned = b.op("Transpose", [value], { perm: [1, 0, 2] });
  return b.op("Reshape", [turned, b.ints([Number(value.shape[1]), -1])]);
}

/** `[T, B, F]` as `[T·B, F]`. */
function rowsOf(b: Emitter, value: Value): Value {
  return b.op("Reshape", [value, b.ints([-1, Number(value.shape[2])])]);
}

function joinRows(b: Emitter, blocks: readonly Value[]): Value {
  return blocks.length === 1 ? blocks[0]! : b.op("Concat", blocks, { axis: 0 });
}
