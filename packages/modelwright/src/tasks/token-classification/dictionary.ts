import { type TextUnits, textUnits, type UnitKind } from "@modelwright/data";
import type { SpanOutcome } from "@modelwright/evaluation";
import type { SpanRows } from "./rows.ts";

/** What follows on the units that lead to it. */
interface Node {
  readonly next: Map<string, Node>;
  /** How often the units up to here were a span of each label. */
  readonly marked: Map<string, number>;
  /** How often they occur. */
  seen: number;
}

const node = (): Node => ({ next: new Map(), marked: new Map(), seen: 0 });

/**
 * Marks what was marked in training: from each unit on the longest stretch of units that was a span there more often than not, with its most
 * frequent label.
 */
export function dictionaryBaseline(train: SpanRows, test: SpanRows, kind: UnitKind): SpanOutcome {
  const root = node();
  for (const { text, spans } of train.rows) {
    for (const { start, end, label } of spans) {
      const { marked } = added(root, unitsOf(text.slice(start, end), kind).words);
      marked.set(label, (marked.get(label) ?? 0) + 1);
    }
  }
  for (const { text } of train.rows) {
    const { words } = unitsOf(text, kind);
    for (let at = 0; at < words.length; at++) for (const { found } of walk(root, words, at)) found.seen++;
  }
  return {
    labels: test.labels,
    rows: test.rows.map(({ text, spans }) => ({ actual: spans, predicted: lookUp(root, unitsOf(text, kind)) })),
  };
}

function unitsOf(text: string, kind: UnitKind): { readonly words: readonly string[]; readonly places: TextUnits } {
  const places = textUnits(text, kind);
  return { words: Array.from(places.starts, (start, i) => text.slice(start, places.ends[i])), places };
}

function added(root: Node, words: readonly string[]): Node {
  let at = root;
  for (const word of words) {
    const known = at.next.get(word) ?? node();
    at.next.set(word, known);
    at = known;
  }
  return at;
}

/** Every stretch from a unit on that is known, the shortest first. */
function* walk(root: Node, words: readonly string[], from: number): Generator<{ found: Node; to: number }> {
  let at: Node | undefined = root;
  for (let to = from; to < words.length; to++) {
    at = at.next.get(words[to]!);
    if (at === undefined) return;
    if (at.marked.size > 0) yield { found: at, to: to + 1 };
  }
}

function lookUp(root: Node, { words, places }: ReturnType<typeof unitsOf>) {
  const spans: { start: number; end: number; label: string }[] = [];
  for (let from = 0; from < words.length; ) {
    let end = from + 1;
    let label: string | undefined;
    for (const { found, to } of walk(root, words, from)) {
      const [most, count] = [...found.marked].reduce((best, each) => (each[1] > best[1] ? each : best));
      if (2 * count <= found.seen) continue;
      [end, label] = [to, most];
    }
    if (label !== undefined) spans.push({ start: places.starts[from]!, end: places.ends[end - 1]!, label });
    from = end;
  }
  return spans;
}
