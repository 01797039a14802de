/** Terms as paths of ids from the root, which is node 0. */
export class TermTree {
  /** Of each node the column of the term that ends there; −1: a term only begins so. */
  readonly #columns: Int32Array;
  /** Children in a table with open addressing, of which two thirds stay empty: what they are of, by which id, and their number; −1: none. */
  readonly #parents: Int32Array;
  readonly #ids: Int32Array;
  readonly #children: Int32Array;

  /** @param terms Not empty, each once; the place of a term is its column. */
  constructor(terms: readonly Int32Array[]) {
    const most = terms.reduce((sum, { length }) => sum + length, 1);
    const size = 2 ** Math.ceil(Math.log2(3 * most));
    this.#parents = new Int32Array(size).fill(-1);
    this.#ids = new Int32Array(size);
    this.#children = new Int32Array(size).fill(-1);
    this.#columns = new Int32Array(most).fill(-1);
    let nodes = 1;
    for (const [column, ids] of terms.entries()) {
      let node = 0;
      for (const id of ids) {
        const slot = this.#slot(node, id);
        if (this.#parents[slot]! < 0) {
          this.#parents[slot] = node;
          this.#ids[slot] = id;
          this.#children[slot] = nodes++;
        }
        node = this.#children[slot]!;
      }
      this.#columns[node] = column;
    }
  }

  /** Where an id leads from a node; −1: no term goes on so. */
  next(node: number, id: number): number {
    return this.#children[this.#slot(node, id)]!;
  }

  /** The column of the term that ends at a node, or −1. */
  column(node: number): number {
    return this.#columns[node]!;
  }

  /** The place of a child, or an empty one. */
  #slot(node: number, id: number): number {
    const mask = this.#parents.length - 1;
    // Two primes of xxHash: what differs little comes to lie far apart.
    const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(id, 0x85ebca77);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#parents[slot]! >= 0 && (this.#parents[slot] !== node || this.#ids[slot] !== id))
      slot = (slot + 1) & mask;
    return slot;
  }
}
