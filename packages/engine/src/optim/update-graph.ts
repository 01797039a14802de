import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { ElementwiseOptions } from "./update-rules.ts";
import { UPDATE_RULES } from "./update-rules.ts";

/** Chunks of any length: the one symbolic size of the graphs below. */
const CHUNK = ["chunk"] as const;

/**
 * One optimiser step over a chunk of the arena as an ONNX graph.
 *
 * Inputs `weight`, `gradient` and the rule's slots, float32 [chunk], and float32 scalars; outputs `weight.next` and `<slot>.next`, which the
 * caller binds to the inputs' own memory. That is safe in any node order, because every read of an input lies upstream of the write to
 * its memory.
 *
 * A rule with a trust ratio gives `direction.next` in place of `weight.next`: see `buildMoveGraph`.
 */
export function buildUpdateGraph(options: ElementwiseOptions, regularised: boolean): Graph {
  const rule = UPDATE_RULES[options.optimizer];
  const b = new GraphBuilder({ name: `update-${options.optimizer}` });
  const weight = b.input("weight", "float32", CHUNK);
  let gradient = b.input("gradient", "float32", CHUNK);
  const slots = rule.slots.map((slot) => b.input(slot, "float32", CHUNK));
  const scalars = new Map<string, Value>();
  const scalar = (name: string) => {
    const known = scalars.get(name) ?? b.input(name, "float32", []);
    scalars.set(name, known);
    return known;
  };
  gradient = b.op("Mul", [gradient, scalar("gradientScale")]);
  if (regularised && (options.l2 ?? 0) > 0) gradient = b.op("Add", [gradient, b.op("Mul", [weight, scalar("l2")])]);
  if (regularised && (options.l1 ?? 0) > 0) {
    gradient = b.op("Add", [gradient, b.op("Mul", [b.op("Sign", [weight]), scalar("l1")])]);
  }
  const next = rule.build(b, gradient, slots, scalar);
  const decays = regularised && (options.weightDecay ?? 0) > 0;
  if (rule.trustRatio === true) {
    const decay = () => b.op("Mul", [weight, scalar("weightDecay")]);
    b.output(decays ? b.op("Add", [next.delta, decay()]) : next.delta, "direction.next");
  } else {
    const shrunk = decays ? b.op("Mul", [weight, scalar("shrink")]) : weight;
    b.output(b.op("Sub", [shrunk, next.delta], {}, "weight.next"));
  }
  for (const [i, slot] of next.slots.entries()) b.output(slot, `${rule.slots[i]}.next`);
  return b.build();
}

/** `weight.next = weight − rate · direction` over a chunk of one tensor; `rate` is a float32 scalar. */
export function buildMoveGraph(): Graph {
  const b = new GraphBuilder({ name: "move" });
  const weight = b.input("weight", "float32", CHUNK);
  const step = b.op("Mul", [b.input("direction", "float32", CHUNK), b.input("rate", "float32", [])]);
  b.output(b.op("Sub", [weight, step], {}, "weight.next"));
  return b.build();
}

/** Σ x² of a chunk: float32 [chunk] → float32 scalar `sum`. */
export function buildSquaredNormGraph(): Graph {
  const b = new GraphBuilder({ name: "squared-norm" });
  b.output(b.op("ReduceSumSquare", [b.input("x", "float32", CHUNK)], { keepdims: 0 }, "sum"));
  return b.build();
}

/** `sum.next = gradient`, or `sum + gradient`, over a chunk, in place like the update. */
export function buildAccumulateGraph(isFirst: boolean): Graph {
  const b = new GraphBuilder({ name: "accumulate" });
  const gradient = b.input("gradient", "float32", CHUNK);
  b.output(isFirst ? gradient : b.op("Add", [b.input("sum", "float32", CHUNK), gradient]), "sum.next");
  return b.build();
}
