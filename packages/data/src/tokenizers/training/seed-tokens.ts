/** Longest seed, in characters. */
const LONGEST = 16;
/** More than any Unicode code point. */
const CODE_POINTS = 0x110000;

export interface SeedToken {
  readonly token: string;
  /** How often it occurs, times its length: what it could cover. */
  readonly weight: number;
}

/**
 * The substrings with which the training of a unigram vocabulary starts: the alphabet, then those that cover most.
 *
 * Substrings are counted length by length, each only where the one without its last character is frequent. One that is always followed by the
 * same character is left out: the longer one stands for both. None holds a character that is not in the alphabet.
 */
export function seedTokens(
  words: ReadonlyMap<string, number>,
  options: { readonly alphabet: readonly string[]; readonly count: number; readonly minFrequency: number },
): SeedToken[] {
  const { alphabet, minFrequency } = options;
  const nodes = new SubstringTree();
  const texts = Array.from(words, ([word, count]) => ({
    codePoints: Int32Array.from(word, (character) => character.codePointAt(0)!),
    count,
    // The node of the substring that starts at each place; −1: none is frequent.
    nodes: new Int32Array([...word].length),
  }));
  const known = new Set(alphabet.map((character) => character.codePointAt(0)!));
  for (let length = 1; length <= LONGEST; length++) {
    const before = nodes.size;
    for (const text of texts) {
      for (let start = 0; start < text.nodes.length; start++) {
        const parent = text.nodes[start]!;
        const end = text.codePoints[start + length - 1];
        const isOpen = parent >= 0 && end !== undefined && known.has(end);
        text.nodes[start] = isOpen ? nodes.add(parent, end, text.count) : -1;
      }
    }
    if (nodes.size === before) break;
    if (length > 1) forgetRare(texts, nodes, minFrequency);
  }
  const longer = nodes
    .maximal(minFrequency)
    .sort((a, b) => b.weight - a.weight || (a.token < b.token ? -1 : 1))
    .slice(0, options.count);
  const letters = alphabet.map((token) => ({ token, weight: nodes.countOf(token) }));
  return [...letters, ...longer];
}

function forgetRare(
  texts: readonly { readonly nodes: Int32Array }[],
  nodes: SubstringTree,
  minFrequency: number,
): void {
  for (const text of texts) {
    for (let start = 0; start < text.nodes.length; start++) {
      if (text.nodes[start]! >= 0 && nodes.count(text.nodes[start]!) < minFrequency) text.nodes[start] = -1;
    }
  }
}

/** Substrings as a prefix tree with counts. Node 0 is the empty string. */
class SubstringTree {
  readonly #children = new Map<number, number>();
  readonly #parents = [0];
  readonly #codePoints = [0];
  readonly #counts = [0];

  get size(): number {
    return this.#counts.length;
  }

  count(node: number): number {
    return this.#counts[node]!;
  }

  countOf(character: string): number {
    return this.#counts[this.#children.get(character.codePointAt(0)!)!]!;
  }

  add(parent: number, codePoint: number, count: number): number {
    const key = parent * CODE_POINTS + codePoint;
    let node = this.#children.get(key);
    if (node === undefined) {
      node = this.#counts.push(0) - 1;
      this.#parents.push(parent);
      this.#codePoints.push(codePoint);
      this.#children.set(key, node);
    }
    this.#counts[node]! += count;
    return node;
  }

  /** Frequent substrings of two characters and more that no single character always follows. */
  maximal(minFrequency: number): SeedToken[] {
    const isPart = new Uint8Array(this.size);
    for (let node = 1; node < this.size; node++) {
      const parent = this.#parents[node]!;
      if (this.#counts[node] === this.#counts[parent]) isPart[parent] = 1;
    }
    const seeds: SeedToken[] = [];
    for (let node = 1; node < this.size; node++) {
      const count = this.#counts[node]!;
      if (isPart[node] === 1 || count < minFrequency || this.#parents[node] === 0) continue;
      const codePoints: number[] = [];
      for (let at = node; at > 0; at = this.#parents[at]!) codePoints.push(this.#codePoints[at]!);
      seeds.push({ token: String.fromCodePoint(...codePoints.reverse()), weight: count * codePoints.length });
    }
    return seeds;
  }
}
