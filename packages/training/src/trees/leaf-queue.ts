/** Items by falling priority; of equals, the one with the lower number first. A binary heap. */
export class LeafQueue<Leaf extends { readonly gain: number; readonly node: number }> {
  readonly #leaves: Leaf[] = [];

  push(leaf: Leaf): void {
    const leaves = this.#leaves;
    let at = leaves.push(leaf) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(leaf, leaves[parent]!)) break;
      leaves[at] = leaves[parent]!;
      at = parent;
    }
    leaves[at] = leaf;
  }

  /** Takes the first one out. */
  pop(): Leaf | undefined {
    const leaves = this.#leaves;
    const first = leaves[0];
    const last = leaves.pop();
    if (last === undefined || leaves.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= leaves.length) break;
      if (child + 1 < leaves.length && isBefore(leaves[child + 1]!, leaves[child]!)) child++;
      if (!isBefore(leaves[child]!, last)) break;
      leaves[at] = leaves[child]!;
      at = child;
    }
    leaves[at] = last;
    return first;
  }
}

function isBefore(a: { readonly gain: number; readonly node: number }, b: typeof a): boolean {
  return a.gain > b.gain || (a.gain === b.gain && a.node < b.node);
}
