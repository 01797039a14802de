/** The layers of an encoder, as the names or the shapes of its weights tell them. */
export interface ToldLayers {
  /** By what they are told; `nothing`: they are not. */
  readonly by: "names" | "shapes" | "nothing";
  /** The layer of each weight that lies in one, from 0. */
  readonly layerOf: ReadonlyMap<string, number>;
  readonly count: number;
  /** What stands in front of the names of a layer's weights, where names tell them: `encoder.layer.0.`. */
  readonly beginningOf?: (layer: number) => string;
}

/** A weight in the order in which the graph reads them. */
export interface ReadWeight {
  readonly name: string;
  readonly shape: readonly number[];
}

const NOTHING: ToldLayers = { by: "nothing", layerOf: new Map(), count: 0 };

/** Tells the layers of an encoder apart: by numbers in names, otherwise by a sequence of shapes that returns. */
export function toldLayers(weights: readonly ReadWeight[]): ToldLayers {
  return byNames(weights) ?? byShapes(weights) ?? NOTHING;
}

/** What a stack is called of which one layer is taken as such. */
const STACK = /(^|\.)(layers?|blocks?|h)\.$/;

function byNames(weights: readonly ReadWeight[]): ToldLayers | undefined {
  const stacks = new Map<string, Map<string, number>>();
  for (const { name } of weights) {
    for (const { 0: word, index } of name.matchAll(/(?<=\.)\d+(?=\.)/g)) {
      const stack = name.slice(0, index);
      const layers = stacks.get(stack) ?? new Map<string, number>();
      layers.set(name, Number(word));
      stacks.set(stack, layers);
    }
  }
  let best: ToldLayers | undefined;
  for (const [stack, layerOf] of stacks) {
    const layers = new Set(layerOf.values());
    const isWhole = (layers.size > 1 || STACK.test(stack)) && Math.max(...layers) === layers.size - 1;
    if (!isWhole || layerOf.size <= (best?.layerOf.size ?? 0)) continue;
    best = { by: "names", layerOf, count: layers.size, beginningOf: (layer) => `${stack}${layer}.` };
  }
  return best;
}

/** The longest sequence of shapes that returns at once; where several beginnings are possible, the first at a matrix. */
function byShapes(weights: readonly ReadWeight[]): ToldLayers | undefined {
  const shapes = weights.map(({ shape }) => shape.join("×"));
  let best = { start: 0, period: 0, length: 0 };
  for (let period = 2; period <= shapes.length / 2; period++) {
    let run = 0;
    for (let i = period; i <= shapes.length; i++) {
      if (i < shapes.length && shapes[i] === shapes[i - period]) run++;
      else {
        const length = run === 0 ? 0 : run + period;
        if (length >= 2 * period && length > best.length) best = { start: i - length, period, length };
        run = 0;
      }
    }
  }
  const { period, length } = best;
  const isStack = weights.slice(best.start, best.start + period).some(({ shape }) => shape.length > 1);
  if (period === 0 || !isStack) return undefined;
  const spare = length % period;
  const isMatrix = (i: number) => weights[i]!.shape.length > 1;
  const shift = Array.from({ length: spare + 1 }, (_, i) => i).find((i) => isMatrix(best.start + i)) ?? 0;
  const start = best.start + shift;
  const count = Math.floor((best.start + length - start) / period);
  const layerOf = new Map(
    weights.slice(start, start + count * period).map(({ name }, i) => [name, Math.floor(i / period)] as const),
  );
  return { by: "shapes", layerOf, count };
}
