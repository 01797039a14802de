import { TokenTrie } from "../token-trie.ts";

/** The edges of one text: a range of the flat arrays. */
interface Lattice {
  /** Characters. */
  readonly length: number;
  readonly count: number;
  start: number;
  end: number;
}

/**
 * All ways to cut words, and the tokens themselves, into tokens: an edge for each place where a token stands.
 *
 * The edges are found once; a vocabulary that shrinks only takes some away. They lie in flat arrays, within a text ordered by where they begin,
 * so that a pass over all paths is a loop.
 */
export class TokenLattices {
  readonly #words: readonly Lattice[];
  /** Of each token as a text. */
  readonly #tokens: readonly Lattice[];
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #token: Int32Array;
  // By place in a text: the scores of the paths up to it and from it on, and the last edge of the best path.
  readonly #forward: Float64Array;
  readonly #backward: Float64Array;
  readonly #lastEdge: Int32Array;

  /** @param words Characters without a token of their own part a word in two. */
  constructor(tokens: readonly string[], words: ReadonlyMap<string, number>) {
    const trie = new TokenTrie();
    for (const [id, token] of tokens.entries()) trie.insert(token, id);
    const [from, to, token]: [number[], number[], number[]] = [[], [], []];
    const lattice = (codePoints: readonly number[], count: number): Lattice => {
      const start = token.length;
      for (let first = 0; first < codePoints.length; first++) {
        trie.eachToken(codePoints, first, (id, end) => {
          from.push(first);
          to.push(end);
          token.push(id);
        });
      }
      return { length: codePoints.length, count, start, end: token.length };
    };
    this.#words = Array.from(words).flatMap(([word, count]) =>
      knownStretches(word, trie).map((codePoints) => lattice(codePoints, count)),
    );
    this.#tokens = tokens.map((text) => lattice(codePointsOf(text), 0));
    this.#from = Int32Array.from(from);
    this.#to = Int32Array.from(to);
    this.#token = Int32Array.from(token);
    const places = [...this.#words, ...this.#tokens].reduce((most, { length }) => Math.max(most, length), 0) + 1;
    this.#forward = new Float64Array(places);
    this.#backward = new Float64Array(places);
    this.#lastEdge = new Int32Array(places);
  }

  /** Takes the edges of dead tokens out. */
  keep(alive: Uint8Array): void {
    let kept = 0;
    for (const lattice of [...this.#words, ...this.#tokens]) {
      const { start, end } = lattice;
      lattice.start = kept;
      for (let edge = start; edge < end; edge++) {
        if (alive[this.#token[edge]!] === 0) continue;
        this.#from[kept] = this.#from[edge]!;
        this.#to[kept] = this.#to[edge]!;
        this.#token[kept] = this.#token[edge]!;
        kept++;
      }
      lattice.end = kept;
    }
  }

  /** How often each token is expected over all paths of all words, by the forward–backward algorithm. */
  expectedCounts(scores: Float64Array): Float64Array {
    const expected = new Float64Array(scores.length);
    const [from, to, token, forward, backward] = [this.#from, this.#to, this.#token, this.#forward, this.#backward];
    for (const { length, count, start, end } of this.#words) {
      forward.fill(Number.NEGATIVE_INFINITY, 0, length + 1)[0] = 0;
      backward.fill(Number.NEGATIVE_INFINITY, 0, length + 1)[length] = 0;
      for (let edge = start; edge < end; edge++) {
        const place = to[edge]!;
        forward[place] = logAdd(forward[place]!, forward[from[edge]!]! + scores[token[edge]!]!);
      }
      for (let edge = end - 1; edge >= start; edge--) {
        const place = from[edge]!;
        backward[place] = logAdd(backward[place]!, backward[to[edge]!]! + scores[token[edge]!]!);
      }
      const all = forward[length]!;
      for (let edge = start; edge < end; edge++) {
        const id = token[edge]!;
        expected[id]! += count * Math.exp(forward[from[edge]!]! + scores[id]! + backward[to[edge]!]! - all);
      }
    }
    return expected;
  }

  /** How often each token stands on the best paths of all words. */
  bestPathCounts(scores: Float64Array): Float64Array {
    const used = new Float64Array(scores.length);
    for (const lattice of this.#words) {
      for (const id of this.#bestPath(lattice, scores, -1)) used[id]! += lattice.count;
    }
    return used;
  }

  /** The best path of the token `id` without itself. */
  alternativeTo(id: number, scores: Float64Array): number[] {
    return this.#bestPath(this.#tokens[id]!, scores, id);
  }

  /** The tokens of the best path, last one first; of equal paths the one whose last token is longest. */
  #bestPath({ length, start, end }: Lattice, scores: Float64Array, without: number): number[] {
    const [from, to, token, best, lastEdge] = [this.#from, this.#to, this.#token, this.#forward, this.#lastEdge];
    best.fill(Number.NEGATIVE_INFINITY, 0, length + 1)[0] = 0;
    for (let edge = start; edge < end; edge++) {
      if (token[edge] === without) continue;
      const score = best[from[edge]!]! + scores[token[edge]!]!;
      if (score <= best[to[edge]!]!) continue;
      best[to[edge]!] = score;
      lastEdge[to[edge]!] = edge;
    }
    const path: number[] = [];
    if (best[length] === Number.NEGATIVE_INFINITY) return path;
    for (let place = length; place > 0; place = from[lastEdge[place]!]!) path.push(token[lastEdge[place]!]!);
    return path;
  }
}

/** ln(eᵃ + eᵇ). */
function logAdd(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

function codePointsOf(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

function knownStretches(word: string, trie: TokenTrie): number[][] {
  const stretches: number[][] = [[]];
  for (const codePoint of codePointsOf(word)) {
    const node = trie.step(0, codePoint);
    if (node >= 0 && trie.idAt(node) >= 0) stretches.at(-1)!.push(codePoint);
    else stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}
