import { setTimeout as sleep } from "node:timers/promises";
import type { ModelManifest } from "@modelwright/contracts";
import { ADAPTER_FILE } from "@modelwright/inference";
import type { BaseSharing } from "../inference/messages.ts";

export interface MemoryBudgetOptions {
  /** What the weights of all units may take. */
  readonly bytes: number;
  /** How often each weight is in memory: once in each worker. */
  readonly copies: number;
}

type Weighed = readonly { readonly manifest: Pick<ModelManifest, "files"> }[];

/** What the units in memory take: their weights, as large as their files. */
export class MemoryBudget {
  readonly bytes: number;
  readonly #copies: number;
  readonly #held = new Map<string, number>();
  #onFreed = () => {};
  #freed = Promise.resolve();

  constructor({ bytes, copies }: MemoryBudgetOptions) {
    this.bytes = bytes;
    this.#copies = copies;
    this.#await();
  }

  /** Of all units that are in memory. */
  get used(): number {
    return this.usedBut(new Set());
  }

  /** The same without some, which are about to leave. */
  usedBut(leaving: ReadonlySet<string>): number {
    let sum = 0;
    for (const [unit, bytes] of this.#held) if (!leaving.has(unit)) sum += bytes;
    return sum;
  }

  /** What a unit takes: before it is loaded, versions on one base are expected to share it. */
  weigh(
    models: Weighed,
    { isGroup, sharing }: { readonly isGroup: boolean; readonly sharing?: BaseSharing | undefined },
  ) {
    const weights = models.map(({ manifest }) => weightsOf(manifest, (path) => path !== ADAPTER_FILE));
    const whole = weights.reduce((sum, each) => sum + each, 0);
    if (sharing !== undefined) return this.#copies * (whole - sharing.bytes.apart + sharing.bytes.shared);
    if (!isGroup) return this.#copies * whole;
    const adapters = models.map(({ manifest }, i) => weightsOf(manifest, isAdapter) || weights[i]!);
    const largest = weights.indexOf(Math.max(...weights));
    return this.#copies * adapters.reduce((sum, each, i) => sum + (i === largest ? weights[i]! : each), 0);
  }

  hold(unit: string, bytes: number): void {
    this.#held.set(unit, bytes);
  }

  free(unit: string): void {
    this.#held.delete(unit);
    this.#onFreed();
    this.#await();
  }

  /** Settles when so much is free, or after this long. */
  async room(bytes: number, patienceMs: number): Promise<void> {
    const patience = sleep(patienceMs, "over", { ref: false });
    while (this.used + bytes > this.bytes && (await Promise.race([this.#freed, patience])) !== "over");
  }

  #await(): void {
    this.#freed = new Promise((resolve) => {
      this.#onFreed = resolve;
    });
  }
}

function isAdapter(path: string): boolean {
  return path === ADAPTER_FILE;
}

function weightsOf({ files }: Pick<ModelManifest, "files">, isCounted: (path: string) => boolean): number {
  return files
    .filter(({ path }) => path.startsWith("onnx/") && isCounted(path))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
