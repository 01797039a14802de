import type { Bins } from "./bins.ts";
import type { Tree } from "./tree-ensemble.ts";
import type { GrownNode } from "./tree-grower.ts";

/**
 * A tree of thresholds and categories from one of bins.
 *
 * @param values Of nodes; those of leaves count.
 * @param categories How many each column has; `undefined`: it holds numbers.
 */
export function makeTree(
  nodes: readonly GrownNode[],
  values: readonly number[],
  { bins, categories }: { readonly bins: readonly Bins[]; readonly categories: readonly (number | undefined)[] },
): Tree {
  const sets: number[] = [];
  const tree: Tree = {
    column: new Int32Array(nodes.length).fill(-1),
    threshold: new Float32Array(nodes.length),
    set: new Int32Array(nodes.length).fill(-1),
    missingLeft: new Uint8Array(nodes.length),
    left: new Int32Array(nodes.length),
    value: new Float32Array(nodes.length),
    gain: new Float32Array(nodes.length),
    rows: Int32Array.from(nodes, ({ start, end }) => end - start),
    sets: new Uint32Array(0),
  };
  for (const [at, { split }] of nodes.entries()) {
    if (split === undefined) {
      tree.value[at] = values[at]!;
      continue;
    }
    const own = bins[split.column]!;
    tree.column[at] = split.column;
    tree.left[at] = split.left;
    tree.gain[at] = split.gain;
    if (own.kind === "number") {
      tree.threshold[at] = own.uppers[split.bin]!;
      tree.missingLeft[at] = Number(split.missingLeft);
    } else {
      const has = (bin: number) => ((split.set[bin >>> 5]! >>> (bin & 31)) & 1) === 1;
      tree.set[at] = sets.length;
      tree.missingLeft[at] = Number(has(own.categories.length + 1));
      sets.push(
        ...bitsOf(
          [...own.categories].filter((_, bin) => has(bin)),
          categories[split.column]!,
        ),
      );
    }
  }
  return { ...tree, sets: Uint32Array.from(sets) };
}

function bitsOf(members: readonly number[], size: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(size / 32));
  for (const member of members) words[member >>> 5]! |= 1 << (member & 31);
  return words;
}
