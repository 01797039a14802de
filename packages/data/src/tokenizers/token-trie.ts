/** More than any Unicode code point. */
const CODE_POINTS = 0x110000;

/** A prefix tree over code points. */
export class TokenTrie {
  /** `node · 0x110000 + code point` → child. Node 0 is the root. */
  readonly #children = new Map<number, number>();
  /** The id of the token that ends at a node, or −1. */
  readonly #ids: number[] = [-1];

  /** Of two equal tokens the later counts. */
  insert(token: string, id: number): void {
    let node = 0;
    for (const character of token) {
      const key = node * CODE_POINTS + character.codePointAt(0)!;
      let child = this.#children.get(key);
      if (child === undefined) {
        child = this.#ids.push(-1) - 1;
        this.#children.set(key, child);
      }
      node = child;
    }
    this.#ids[node] = id;
  }

  /** Calls `visit` for each token that begins at `start`, shortest first, with its id and the place behind it. */
  eachToken(codePoints: ArrayLike<number>, start: number, visit: (id: number, end: number) => void): void {
    let node = 0;
    for (let at = start; at < codePoints.length; at++) {
      node = this.step(node, codePoints[at]!);
      if (node < 0) return;
      const id = this.idAt(node);
      if (id >= 0) visit(id, at + 1);
    }
  }

  /** The child of `node` along a code point, or −1. */
  step(node: number, codePoint: number): number {
    return this.#children.get(node * CODE_POINTS + codePoint) ?? -1;
  }

  /** The id of the token that ends at `node`, or −1. */
  idAt(node: number): number {
    return this.#ids[node]!;
  }
}
