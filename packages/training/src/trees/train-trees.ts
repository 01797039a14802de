import { ModelwrightError } from "@modelwright/contracts";
import { RandomSource } from "@modelwright/engine";
import { Team } from "../threads/team.ts";
import { type Bins, encodeColumn, makeBins } from "./bins.ts";
import { makeTree } from "./grown-tree.ts";
import { meanLoss, OBJECTIVES, objectiveOf, weightedQuantile } from "./objectives.ts";
import { type RowSample, sampleColumns, sampleRows } from "./row-samples.ts";
import { checkTreeData, type TreeColumn, type TreeData, type TreeRows } from "./tree-data.ts";
import { addTree, checkEnsembleColumns, type Tree, type TreeEnsemble } from "./tree-ensemble.ts";
import { type GrownNode, TreeGrower } from "./tree-grower.ts";
import { allocateTreeMemory, BLOCK, type TreeMemory } from "./tree-memory.ts";
import { type TreeOptions, type TreeSettings, treeSettings } from "./tree-options.ts";
import { TREE_WORK, type TreeTeam } from "./tree-team.ts";

/** A round that was made: a tree for each output. */
export interface TreeRound {
  /** From 1 on. */
  readonly round: number;
  readonly rounds: number;
  /** The mean loss of the validation rows, of squared errors its root. */
  readonly validationLoss?: number | undefined;
  /** Whether no round before had a lower one. */
  readonly isBest: boolean;
  /** All trees so far: what `resume` continues. */
  readonly ensemble: () => TreeEnsemble;
}

export interface TreeHooks {
  readonly onRound?: ((round: TreeRound) => void) | undefined;
  /** Asked before each round; true ends the training with the trees so far. */
  readonly shouldStop?: (() => boolean) | undefined;
  /** Trees of an earlier round of the same training, which goes on behind them as if it had not been interrupted. */
  readonly resume?: TreeEnsemble | undefined;
}

/**
 * Grows trees on histograms of binned columns, leaf by leaf.
 *
 * Boosting is Friedman's with Newton steps ("Greedy Function Approximation: A Gradient Boosting Machine", 2001; Ke et al., "LightGBM", 2017),
 * a forest Breiman's ("Random Forests", 2001). The same data, options and seed give the same bits with any number of threads, on every machine. With
 * validation rows and `patience`, the trees up to the best round are given.
 *
 * @throws {ModelwrightError} `TRAINING_OPTION_INVALID`, `TRAINING_TREES_DATA`, `TRAINING_TREES_RESUME`.
 */
export async function trainTrees(data: TreeData, options: TreeOptions, hooks: TreeHooks = {}): Promise<TreeEnsemble> {
  const settings = treeSettings(options, data.columns.length);
  checkTreeData(data, OBJECTIVES[objectiveOf(settings)].target(settings));
  const training = new TreeTraining(data, settings);
  try {
    if (hooks.resume !== undefined) training.resume(hooks.resume);
    while (!training.isOver && hooks.shouldStop?.() !== true) {
      training.makeRound();
      hooks.onRound?.(training.lastRound());
      // Other work of the thread has its turn.
      await new Promise(setImmediate);
    }
    return training.result();
  } finally {
    training.release();
  }
}

/** Validation rows and what the trees so far make of them. */
interface Validation {
  readonly rows: TreeRows;
  readonly values: readonly Float32Array[];
  /** Sums of leaves, `[outputs, rows]`. */
  readonly sums: Float64Array;
}

class TreeTraining {
  readonly #data: TreeData;
  readonly #settings: TreeSettings;
  readonly #bins: readonly Bins[];
  readonly #memory: TreeMemory;
  readonly #team: TreeTeam;
  readonly #grower: TreeGrower;
  readonly #random: RandomSource;
  readonly #base: readonly number[];
  readonly #validation: Validation | undefined;
  readonly #trees: Tree[] = [];
  readonly #losses: number[] = [];

  constructor(data: TreeData, settings: TreeSettings) {
    const { columns, target, weights, validation } = data;
    const objective = OBJECTIVES[objectiveOf(settings)];
    const outputs = objective.outputs?.(settings) ?? 1;
    this.#data = data;
    this.#settings = settings;
    this.#bins = columns.map((column) => makeBins(column, settings));
    const monotone = columns.map((column) => column.monotone ?? 0);
    this.#memory = allocateTreeMemory({ bins: this.#bins, monotone, target, weights, outputs, settings });
    this.#team = new Team(TREE_WORK, { memory: this.#memory, threads: settings.threads });
    const { codes, rows } = this.#memory;
    for (const [column, { values }] of columns.entries())
      encodeColumn(values, this.#bins[column]!, codes.subarray(column * rows, (column + 1) * rows));
    this.#grower = new TreeGrower(this.#team, settings);
    this.#random = RandomSource.fromSeed(settings.seed);
    this.#base = objective.base(data, settings);
    for (const [output, base] of this.#base.entries())
      this.#memory.scores.fill(base, output * rows, (output + 1) * rows);
    if (validation !== undefined)
      this.#validation = {
        rows: validation,
        values: validation.columns.map(({ values }) => values),
        sums: new Float64Array(outputs * validation.rows),
      };
  }

  get #rounds(): number {
    return this.#trees.length / this.#memory.outputs;
  }

  get isOver(): boolean {
    const { rounds, patience = Number.POSITIVE_INFINITY } = this.#settings;
    return this.#rounds >= rounds || this.#losses.length - this.#bestRound() >= patience;
  }

  /** The round of the lowest validation loss, the first of equals; 0 without one. */
  #bestRound(): number {
    return (
      this.#losses.indexOf(this.#losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY)) + 1
    );
  }

  resume(ensemble: TreeEnsemble): void {
    checkEnsembleColumns(ensemble, this.#data.columns);
    const expected = this.result();
    for (const key of ["objective", "method", "outputs", "base"] as const) {
      if (String(ensemble[key]) === String(expected[key])) continue;
      const details = { what: key, expected: String(expected[key]), got: String(ensemble[key]) };
      throw new ModelwrightError("TRAINING_TREES_RESUME", details);
    }
    for (const tree of ensemble.trees) this.#append(tree);
    this.#losses.push(...ensemble.losses);
  }

  makeRound(): void {
    const { memory } = this.#team;
    const round = this.#rounds;
    this.#team.run("derivatives", Math.ceil(memory.rows / BLOCK));
    const sample = sampleRows(memory.rows, this.#settings.rowsPerTree, this.#random.stream("rows", round));
    for (let output = 0; output < memory.outputs; output++) {
      const nodes = this.#growTree(round, output, sample);
      const values = this.#leafValues(nodes, output, sample);
      const categories = this.#data.columns.map((column) => column.categories);
      const tree = makeTree(nodes, values, { bins: this.#bins, categories });
      this.#append(tree, sample.rows.length === memory.rows ? nodes : undefined);
    }
    const loss = this.#validationLoss();
    if (loss !== undefined) this.#losses.push(loss);
  }

  lastRound(): TreeRound {
    const round = this.#rounds;
    return {
      round,
      rounds: this.#settings.rounds,
      validationLoss: this.#losses.at(-1),
      isBest: this.#losses.length > 0 && this.#bestRound() === round,
      ensemble: () => this.#ensemble(round),
    };
  }

  /** All trees, or with patience those up to the best round. */
  result(): TreeEnsemble {
    const best = this.#bestRound();
    return this.#ensemble(this.#settings.patience !== undefined && best > 0 ? best : this.#rounds);
  }

  release(): void {
    this.#team.release();
  }

  #ensemble(rounds: number): TreeEnsemble {
    const { objective, method } = this.#settings;
    const { outputs } = this.#memory;
    return {
      objective,
      method,
      link: OBJECTIVES[this.#memory.objective].link,
      outputs,
      base: this.#base,
      columns: this.#data.columns.map(({ name, categories }) => ({
        name,
        ...(categories !== undefined && { categories }),
      })),
      trees: this.#trees.slice(0, rounds * outputs),
      losses: [...this.#losses],
    };
  }

  #growTree(round: number, output: number, sample: RowSample): readonly GrownNode[] {
    const { columnsPerTree, columnsPerSplit } = this.#settings;
    const all = Int32Array.from(this.#data.columns.keys());
    const columns = sampleColumns(all, columnsPerTree, this.#random.stream("columns", round, output));
    const ofSplits = this.#random.stream("splits", round, output);
    this.#memory.order.set(sample.rows);
    if (sample.repeats !== undefined) this.#memory.repeats.set(sample.repeats);
    return this.#grower.grow({
      output,
      rows: sample.rows.length,
      columns,
      columnsOfSplit: () => sampleColumns(columns, columnsPerSplit, ofSplits),
    });
  }

  /** Values of nodes after the learning rate. */
  #leafValues(nodes: readonly GrownNode[], output: number, { repeats }: RowSample): number[] {
    const { learningRate } = this.#settings;
    const { rows, order, scores, target, weights } = this.#memory;
    const quantile = OBJECTIVES[this.#memory.objective].leafQuantile?.(this.#settings);
    if (quantile === undefined) return nodes.map(({ value }) => value * learningRate);
    const left = target.map((value, row) => value - scores[output * rows + row]!);
    const counted =
      repeats === undefined ? weights : Float64Array.from(repeats, (times, row) => times * (weights?.[row] ?? 1));
    return nodes.map(({ start, end, low, high, split }) => {
      if (split !== undefined) return 0;
      const value = weightedQuantile(left, { order: order.slice(start, end), weights: counted, quantile });
      return learningRate * Math.min(Math.max(value, low), high);
    });
  }

  /** @param nodes The tree's, where the order holds all rows as it sorted them. */
  #append(tree: Tree, nodes?: readonly GrownNode[]): void {
    const { rows, outputs, order, scores } = this.#memory;
    const output = this.#trees.length % outputs;
    this.#trees.push(tree);
    const { columns } = this.#data;
    if (this.#validation !== undefined) {
      const { rows: own, values, sums } = this.#validation;
      addTree(tree, columns, values, sums.subarray(output * own.rows, (output + 1) * own.rows));
    }
    if (this.#settings.method === "forest") return;
    if (nodes === undefined) {
      addTree(tree, columns, valuesOf(columns), scores.subarray(output * rows, (output + 1) * rows));
      return;
    }
    for (const [node, { start, end, split }] of nodes.entries()) {
      if (split !== undefined) continue;
      const value = tree.value[node]!;
      for (let at = start; at < end; at++) scores[output * rows + order[at]!]! += value;
    }
  }

  #validationLoss(): number | undefined {
    if (this.#validation === undefined) return undefined;
    const { rows, sums } = this.#validation;
    const scale = this.#settings.method === "forest" ? 1 / this.#rounds : 1;
    const scores = sums.map((sum, at) => this.#base[Math.floor(at / rows.rows)]! + scale * sum);
    return meanLoss(this.#memory.objective, { ...rows, scores }, this.#settings);
  }
}

const valuesOf = (columns: readonly TreeColumn[]) => columns.map(({ values }) => values);
