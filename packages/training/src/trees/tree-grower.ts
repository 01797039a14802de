import { type FoundSplit, type SearchedChild, searchChildren } from "./child-search.ts";
import { roundingTerm } from "./exact-sums.ts";
import { LeafQueue } from "./leaf-queue.ts";
import { leafGain, leafValue } from "./leaf-values.ts";
import { beginPartition, endPartition } from "./row-partition.ts";
import { BLOCK, histogramSlots, subtractsHistograms } from "./tree-memory.ts";
import type { TreeSettings } from "./tree-options.ts";
import type { TreeTeam } from "./tree-team.ts";

/** A node of a grown tree: the rows of the order that came to it, and, where it is split, how and what that gains. */
export interface GrownNode {
  readonly start: number;
  readonly end: number;
  /** What a leaf here predicts, before any learning rate. */
  readonly value: number;
  /** What monotone columns above allow it to be. */
  readonly low: number;
  readonly high: number;
  split?: FoundSplit & { readonly left: number; readonly right: number };
}

export interface GrowthPlan {
  readonly output: number;
  /** The first of the order so many rows are grown on. */
  readonly rows: number;
  /** Columns that the tree looks at, ascending. */
  readonly columns: Int32Array;
  /** Draws those of them that a split looks at, ascending. */
  readonly columnsOfSplit: () => Int32Array;
}

interface OpenLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly depth: number;
  readonly low: number;
  readonly high: number;
}

interface SplitLeaf extends OpenLeaf {
  /** Where its histogram stands; `undefined`: it was not kept. */
  readonly slot: number | undefined;
  readonly split: FoundSplit;
  /** Of the split, beyond the leaf's own. */
  readonly gain: number;
}

/** Gains that rounding may make of nothing, as a share of the leaf's own. */
const NOISE = 1e-12;
const NO_COLUMNS = new Int32Array(0);

/** Grows trees leaf by leaf: whichever leaf gains most is split next. */
export class TreeGrower {
  readonly #team: TreeTeam;
  readonly #settings: TreeSettings;
  /** Histograms that are kept; a slot behind them holds those that are not. */
  readonly #slots: number;

  constructor(team: TreeTeam, settings: TreeSettings) {
    const { memory } = team;
    this.#team = team;
    this.#settings = settings;
    this.#slots = histogramSlots(settings, memory.rows, memory.firstBin[memory.columns]!);
  }

  /** Nodes of a tree, the root first. */
  grow(plan: GrowthPlan): readonly GrownNode[] {
    const growth: Growth = {
      plan,
      nodes: [],
      free: Array.from({ length: this.#slots }, (_, slot) => slot),
      queue: new LeafQueue(),
    };
    const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    const sums = this.#roundDerivatives(plan);
    const root = this.#open(growth, { node: 0, start: 0, end: plan.rows, depth: 0, ...sums, ...bounds });
    if (this.#mayBeSplit(root)) this.#searchAlone(growth, root);
    for (let leaves = 1; leaves < this.#settings.leaves; leaves++) {
      const leaf = growth.queue.pop();
      if (leaf === undefined) break;
      this.#split(growth, leaf, leaves + 1 === this.#settings.leaves);
    }
    return growth.nodes;
  }

  /** Leaves derivatives with as few bits as exact sums need, and sums them. */
  #roundDerivatives({ output }: GrowthPlan): Sums {
    const { greatest, outputs, rows, job } = this.#team.memory;
    let [gradient, hessian] = [0, 0];
    for (let block = 0; block * BLOCK < rows; block++) {
      const at = 2 * (block * outputs + output);
      gradient = Math.max(gradient, greatest[at]!);
      hessian = Math.max(hessian, greatest[at + 1]!);
    }
    job.words[0] = output;
    job.numbers.set([roundingTerm(gradient, rows), roundingTerm(hessian, rows)]);
    this.#team.run("pairs", Math.ceil(rows / BLOCK));
    const sumOf = (place: number) =>
      job.blockSums.reduce((sum, value, at) => (at % 2 === place ? sum + value : sum), 0);
    return { gradient: sumOf(0), hessian: sumOf(1) };
  }

  #open({ nodes }: Growth, leaf: OpenLeaf): OpenLeaf {
    const { start, end, gradient, hessian, low, high } = leaf;
    const { l1, l2 } = this.#settings;
    nodes[leaf.node] = { start, end, low, high, value: leafValue(gradient, hessian, { l1, l2, low, high }) };
    return leaf;
  }

  #mayBeSplit({ start, end, depth, hessian }: OpenLeaf): boolean {
    const { minRowsInLeaf, minHessianInLeaf, maxDepth } = this.#settings;
    return end - start >= 2 * minRowsInLeaf && hessian >= 2 * minHessianInLeaf && depth < maxDepth;
  }

  #split(growth: Growth, { split, slot, ...leaf }: SplitLeaf, isLast: boolean): void {
    const { column, bin, missingLeft, set, leftGradient, leftHessian } = split;
    const { memory } = this.#team;
    const missing = memory.firstBin[column + 1]! - memory.firstBin[column]! - 1;
    for (let code = 0; code <= missing; code++) {
      const isLeft =
        memory.isCategory[column] === 1
          ? (set[code >>> 5]! >>> (code & 31)) & 1
          : Number(code === missing ? missingLeft : code <= bin);
      memory.job.goesLeft[code] = isLeft;
    }
    this.#team.run("partition", beginPartition(memory, column, leaf.start, leaf.end));
    const border = endPartition(memory);
    const sums = {
      left: { gradient: leftGradient, hessian: leftHessian },
      right: { gradient: leaf.gradient - leftGradient, hessian: leaf.hessian - leftHessian },
    };
    const bounds = this.#boundsOf(memory.monotone[column]!, leaf, sums);
    const node = growth.nodes.length;
    const depth = leaf.depth + 1;
    const left = { depth, node, start: leaf.start, end: border, ...sums.left, ...bounds.left };
    const right = { depth, node: node + 1, start: border, end: leaf.end, ...sums.right, ...bounds.right };
    growth.nodes[leaf.node]!.split = { ...split, gain: leaf.gain, left: node, right: node + 1 };
    this.#open(growth, left);
    this.#open(growth, right);
    if (isLast || !(this.#mayBeSplit(left) || this.#mayBeSplit(right))) {
      if (slot !== undefined) growth.free.push(slot);
    } else if (slot === undefined || !subtractsHistograms(this.#settings)) {
      for (const child of [left, right]) if (this.#mayBeSplit(child)) this.#searchAlone(growth, child);
    } else this.#searchBoth(growth, left, right, slot);
  }

  /** A monotone column's sides stay on their sides of the middle between them. */
  #boundsOf(direction: number, { low, high }: OpenLeaf, sums: Readonly<Record<"left" | "right", Sums>>) {
    if (direction === 0) return { left: { low, high }, right: { low, high } };
    const { l1, l2 } = this.#settings;
    const leafOf = ({ gradient, hessian }: Sums) => leafValue(gradient, hessian, { l1, l2, low, high });
    const middle = (leafOf(sums.left) + leafOf(sums.right)) / 2;
    const [below, above] = [
      { low, high: middle },
      { low: middle, high },
    ];
    return direction > 0 ? { left: below, right: above } : { left: above, right: below };
  }

  #searchAlone(growth: Growth, leaf: OpenLeaf): void {
    const allowed = growth.plan.columnsOfSplit();
    const keeps = subtractsHistograms(this.#settings);
    const kept = keeps ? growth.free.pop() : undefined;
    const child = this.#searched(leaf, kept ?? this.#slots, allowed);
    const [split] = searchChildren(this.#team, keeps ? growth.plan.columns : allowed, [child]);
    this.#enqueue(growth, leaf, kept, split);
  }

  /** The smaller child by its rows, the larger one by what its parent's histogram has beyond that. */
  #searchBoth(growth: Growth, left: OpenLeaf, right: OpenLeaf, parentSlot: number): void {
    const [small, large] = left.end - left.start <= right.end - right.start ? [left, right] : [right, left];
    const allowedFor = (leaf: OpenLeaf) => (this.#mayBeSplit(leaf) ? growth.plan.columnsOfSplit() : NO_COLUMNS);
    const kept = this.#mayBeSplit(small) ? growth.free.pop() : undefined;
    const [ofSmall, ofLarge] = searchChildren(this.#team, growth.plan.columns, [
      this.#searched(small, kept ?? this.#slots, allowedFor(small)),
      this.#searched(large, parentSlot, allowedFor(large)),
    ]);
    this.#enqueue(growth, small, kept, ofSmall);
    this.#enqueue(growth, large, parentSlot, ofLarge);
  }

  #searched(leaf: OpenLeaf, slot: number, allowed: Int32Array): SearchedChild {
    const { gradient, hessian, start, end, low, high } = leaf;
    const { l1, l2, minGain } = this.#settings;
    const own = leafGain(gradient, hessian, { l1, l2, low, high });
    const least = own + minGain + NOISE * Math.abs(own);
    return { gradient, hessian, rows: end - start, low, high, least, slot, start, end, allowed };
  }

  #enqueue(growth: Growth, leaf: OpenLeaf, slot: number | undefined, split: FoundSplit | undefined): void {
    if (split === undefined) {
      if (slot !== undefined) growth.free.push(slot);
      return;
    }
    const { l1, l2 } = this.#settings;
    const own = leafGain(leaf.gradient, leaf.hessian, { l1, l2, low: leaf.low, high: leaf.high });
    growth.queue.push({ ...leaf, slot, split, gain: split.gain - own });
  }
}

type Sums = Pick<OpenLeaf, "gradient" | "hessian">;

/** A tree while it grows. */
interface Growth {
  readonly plan: GrowthPlan;
  readonly nodes: GrownNode[];
  /** Slots without a histogram that is needed. */
  readonly free: number[];
  readonly queue: LeafQueue<SplitLeaf>;
}
