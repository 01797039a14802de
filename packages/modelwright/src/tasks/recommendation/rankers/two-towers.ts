import { seededRandom } from "@modelwright/data";
import { defaultRuntime, encodeModel, GraphBuilder, tensor } from "@modelwright/engine";
import {
  countParameters,
  crossEntropy,
  defineModel,
  givenParameters,
  INFERENCE,
  LayerContext,
  type ParameterRequest,
  type Parameters,
} from "@modelwright/models";
import { type BatchSource, type EventMatrix, itemCounts, trainModel } from "@modelwright/training";
import { counted } from "../../../wording/quantities.ts";
import { learningHistory } from "../../learning-history.ts";
import type { HeldEvents } from "../held-events.ts";
import { itemFeatures } from "./item-features.ts";
import type { Ranker, RankerRow } from "./ranker.ts";
import { itemTower, type TowersShape, userTower } from "./towers.ts";

const DROPOUT = 0.2;
const WEIGHT_DECAY = 0.01;

/** A ranker with the number of passes after which it was best. */
interface Towers extends Ranker {
  readonly epochs: number;
}

/** Networks over what a user chose and over what is known of an item, whose vectors are near where the user chose the item. */
export const twoTowers: RankerRow<undefined> = {
  title: "networks over what a user chose and what is known of items",
  choices: () => [undefined],
  isSteered: true,
  fit: async ({ liked, catalogue }, _, { recipe, held = [], before, onProgress, shouldStop }) => {
    const { train, model: settings } = recipe;
    const counts = itemCounts(liked);
    const shape: TowersShape = {
      items: catalogue.items.length,
      width: settings.factors,
      chosen: counts.map((count) => Number(count > 0)),
      about: itemFeatures(catalogue),
    };
    const data = lessonRows(liked, { counts, shape, history: train.history, seed: train.seed });
    const validation = held.length === 0 ? undefined : heldRows(held, { counts, shape, history: train.history });
    const epochs = (before as Towers | undefined)?.epochs ?? train.epochs;
    const trained = await trainModel(definition(shape), {
      data,
      validation,
      epochs,
      batchSize: train.batchSize,
      learningRate: train.learningRate,
      schedule: "constant",
      optimizer: "adamw",
      weightDecay: WEIGHT_DECAY,
      dropout: DROPOUT,
      clipNorm: 1,
      earlyStopping: { patience: train.patience },
      seed: train.seed,
      threads: train.threads,
      executionProvider: train.executionProvider,
      cpuFallback: train.cpuFallback,
      shouldStop: () => shouldStop(),
      onEvent: (event) => {
        if (event.type === "step") onProgress(event.step / event.totalSteps);
      },
    });
    const { parameters, fit } = trained;
    trained.release();
    if (fit.status === "interrupted") return undefined;
    const steps = Math.ceil(data.rows / train.batchSize);
    const best = validation === undefined ? epochs : Math.max(1, Math.round(fit.state.bestStep / steps));
    const towers: Towers = {
      kind: "two-towers",
      settings: `vectors of ${settings.factors} numbers, ${counted(best, "epoch")}${shape.about === undefined ? "" : `, ${counted(shape.about.features.length, "feature")} of items`}`,
      parameters: countParameters(parameters),
      history: before?.history ?? learningHistory(fit.state),
      epochs: best,
      ...(await compiled(shape, parameters)),
    };
    return towers;
  },
};

/**
 * Softmax over the items of a batch, each less the logarithm of how likely it is in one: a batch draws items as often as they are chosen
 * (Yi et al. 2019, "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations").
 */
function definition(shape: TowersShape) {
  return defineModel({
    name: "two-towers",
    inputs: { liked: { dtype: "int64", shape: ["batch", "history"] }, item: { dtype: "int64", shape: ["batch"] } },
    targets: { share: { dtype: "float32", shape: ["batch"] } },
    forward: (c, { liked, item }) => ({ user: userTower(c, liked, shape), vector: itemTower(c, item, shape) }),
    loss: (c, { inputs: { item }, outputs: { user, vector }, targets: { share } }) => {
      const { b } = c;
      const scores = b.op("MatMul", [user, b.op("Transpose", [vector], { perm: [1, 0] })]); // [B, B]
      const corrected = b.op("Sub", [scores, b.op("Unsqueeze", [b.op("Log", [share]), b.ints([0])])]);
      // The same item in another row is no other item.
      const same = b.op("Equal", [b.op("Unsqueeze", [item, b.ints([0])]), b.op("Unsqueeze", [item, b.ints([1])])]);
      const count = b.op("Squeeze", [b.op("Shape", [item], { start: 0, end: 1 }), b.ints([0])]);
      const labels = b.op("Range", [b.scalar(0, "int64"), count, b.scalar(1, "int64")]);
      const own = b.op("Equal", [b.op("Unsqueeze", [labels, b.ints([0])]), b.op("Unsqueeze", [labels, b.ints([1])])]);
      const isOther = b.op("And", [same, b.op("Not", [own])]);
      const logits = b.op("Where", [isOther, b.scalar(-1e9), corrected]);
      return crossEntropy(c, { logits, labels });
    },
  });
}

interface RowSettings {
  readonly counts: Float32Array;
  readonly shape: TowersShape;
  readonly history: number;
}

/** Each event of a user who has others: they are its history, as many as are read drawn anew in each pass. */
function lessonRows(
  { users, starts, columns }: EventMatrix,
  { seed, ...settings }: RowSettings & { readonly seed: number },
): BatchSource {
  const owners: number[] = [];
  const events: number[] = [];
  for (let user = 0; user < users; user++) {
    if (starts[user + 1]! - starts[user]! < 2) continue;
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      owners.push(user);
      events.push(at);
    }
  }
  return {
    rows: events.length,
    batch: (rows, epoch = 0) =>
      tensorsOf(
        Array.from(rows, (row) => {
          const [user, event] = [owners[row]!, events[row]!];
          const others = Array.from({ length: starts[user + 1]! - starts[user]! }, (_, i) => starts[user]! + i).filter(
            (at) => at !== event,
          );
          const random = seededRandom(seed, epoch, row);
          // The first of a shuffle, as many as are read.
          const most = Math.min(settings.history, others.length);
          for (let i = 0; i < most; i++) {
            const j = i + random.below(others.length - i);
            [others[i], others[j]] = [others[j]!, others[i]!];
          }
          return { liked: others.slice(0, most).map((at) => columns[at]!), item: columns[event]! };
        }),
        settings,
      ),
  };
}

/** Held-out events, each by itself. */
function heldRows(held: HeldEvents, settings: RowSettings): BatchSource {
  const rows = held.flatMap(({ liked, relevant }) => Array.from(relevant, (item) => ({ liked, item })));
  return {
    rows: rows.length,
    batch: (chosen) =>
      tensorsOf(
        Array.from(chosen, (row) => {
          const { liked, item } = rows[row]!;
          return { liked: Array.from(liked.subarray(0, settings.history)), item };
        }),
        settings,
      ),
  };
}

function tensorsOf(
  rows: readonly { readonly liked: readonly number[]; readonly item: number }[],
  { counts, shape, history }: RowSettings,
) {
  const ids = new BigInt64Array(rows.length * history).fill(BigInt(shape.items));
  for (const [row, { liked }] of rows.entries())
    for (const [i, item] of liked.entries()) ids[row * history + i] = BigInt(item);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    liked: tensor("int64", [rows.length, history], ids),
    item: tensor(
      "int64",
      [rows.length],
      BigInt64Array.from(rows, ({ item }) => BigInt(item)),
    ),
    share: tensor(
      "float32",
      [rows.length],
      Float32Array.from(rows, ({ item }) => Math.max(1, counts[item]!) / total),
    ),
  };
}

/** Items whose vectors are computed at once. */
const CHUNK = 4096;

/** The user's tower, beside vectors of all items. */
async function compiled(shape: TowersShape, parameters: Parameters): Promise<Pick<Ranker, "compile">> {
  const { items, width } = shape;
  const layers = (b: GraphBuilder) => {
    // Parameters have their names of training; here they may stand inside scopes.
    const inner = b.scoped("");
    const trained = givenParameters(parameters, "the towers");
    const source = {
      take: (request: ParameterRequest) => trained.take({ ...request, name: request.name.slice(inner.length) }),
    };
    return new LayerContext(b, source, INFERENCE);
  };
  const b = new GraphBuilder({ name: "items" });
  b.output(itemTower(layers(b), b.input("ids", "int64", ["batch"]), shape), "vectors");
  const session = await (await defaultRuntime()).createSession(encodeModel(b.build()), {});
  const vectors = new Float32Array(items * width);
  try {
    for (let start = 0; start < items; start += CHUNK) {
      const count = Math.min(CHUNK, items - start);
      const ids = BigInt64Array.from({ length: count }, (_, i) => BigInt(start + i));
      const output = await session.run({ ids: tensor("int64", [count], ids) });
      vectors.set(output.vectors!.data as Float32Array, start * width);
    }
  } finally {
    session.release();
  }
  // Turned, so that scores are one product.
  const turned = new Float32Array(vectors.length);
  for (let item = 0; item < items; item++)
    for (let i = 0; i < width; i++) turned[i * items + item] = vectors[item * width + i]!;
  return {
    compile: (graph, liked) => {
      const user = userTower(layers(graph), liked, shape);
      return graph.op("MatMul", [
        user,
        graph.initializer(graph.scoped("items"), tensor("float32", [width, items], turned)),
      ]);
    },
  };
}
