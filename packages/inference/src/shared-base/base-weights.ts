import type { AnyTensor, Graph, Node, Tensor } from "@modelwright/engine";
import { isChanged, type LowRankChange, type LowRankChanges, withoutChange } from "./low-rank-change.ts";
import { adaptedLayers, LayerUnfit } from "./shared-trunk.ts";

/** A trunk with what its owner's adapter added to its weights. */
export interface ChangedTrunk {
  readonly trunk: Graph;
  readonly changes: LowRankChanges;
}

/** The weights that versions have in common: what is left of the first one's without its adapter. */
export class BaseWeights {
  readonly trunk: Graph;
  /** Weights that some member's adapter changes, as they are without any. */
  readonly #plain = new Map<string, Tensor<"float32">>();
  readonly #nodes: string;

  /** @throws {LayerUnfit} where a layer cannot have adapters per text. */
  constructor({ trunk, changes }: ChangedTrunk) {
    this.#nodes = described(trunk.nodes);
    const initializers = new Map(trunk.initializers);
    for (const [name, change] of changes) {
      const plain = withoutChange(changedWeight(trunk, name, change), change);
      this.#plain.set(name, plain);
      initializers.set(name, plain);
    }
    adaptedLayers(trunk, new Set(changes.keys()));
    this.trunk = { ...trunk, initializers };
  }

  /** The weights that adapters change, by name. */
  get plain(): ReadonlyMap<string, Tensor<"float32">> {
    return this.#plain;
  }

  /**
   * Takes a member in.
   * @throws {LayerUnfit} where its weights are not these ones with its adapter.
   */
  add({ trunk, changes }: ChangedTrunk): void {
    if (described(trunk.nodes) !== this.#nodes) throw new LayerUnfit("its encoder is another graph");
    adaptedLayers(trunk, new Set(changes.keys()));
    for (const [name, own] of trunk.initializers) {
      const base = this.trunk.initializers.get(name)!;
      const change = changes.get(name);
      if (change === undefined && areEqual(own, base)) continue;
      // What is left of a weight without an adapter is it but for rounding.
      const isPlain = change !== undefined || this.#plain.has(name);
      if (isPlain && isChanged(changedWeight(trunk, name, change), weightOf(this.trunk, name), change)) continue;
      const what =
        change === undefined ? "was trained too, without an adapter" : "is not that of the base with an adapter";
      throw new LayerUnfit(`"${name}" ${what}`);
    }
    for (const name of changes.keys()) this.#plain.set(name, weightOf(this.trunk, name));
  }
}

function weightOf({ initializers }: Graph, name: string): Tensor<"float32"> {
  const weight = initializers.get(name);
  if (weight?.dtype !== "float32" || weight.shape.length !== 2) throw new LayerUnfit(`"${name}" is no matrix`);
  return weight as Tensor<"float32">;
}

function changedWeight(trunk: Graph, name: string, change: LowRankChange | undefined): Tensor<"float32"> {
  const weight = weightOf(trunk, name);
  const { shape } = weight;
  if (change !== undefined && (change.a.shape[0] !== shape[0] || change.b.shape[1] !== shape[1]))
    throw new LayerUnfit(`its adapter of "${name}" is not of the shape [${shape.join(", ")}]`);
  return weight;
}

/** All of nodes as text, so that two graphs can be compared. */
function described(nodes: readonly Node[]): string {
  return JSON.stringify(nodes, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    return value instanceof Map ? [...value] : value;
  });
}

function areEqual(one: AnyTensor, other: AnyTensor): boolean {
  if (one.dtype !== other.dtype || one.shape.join() !== other.shape.join()) return false;
  if (!ArrayBuffer.isView(one.data) || !ArrayBuffer.isView(other.data))
    return JSON.stringify(one.data) === JSON.stringify(other.data);
  return Buffer.compare(bytesOf(one.data), bytesOf(other.data)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
