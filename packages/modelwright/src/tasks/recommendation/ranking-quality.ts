import { defaultRuntime, encodeModel, GraphBuilder, type Session, tensor } from "@modelwright/engine";
import { measureOutcome, recommendationFamily } from "@modelwright/evaluation";
import type { HeldEvents } from "./held-events.ts";
import type { Ranker } from "./rankers/ranker.ts";

/** Users whose scores are computed at once. */
const BATCH = 8;
/** Users by which models are compared: more tell little more. */
const MOST_COMPARED = 5000;
const DEPTH = 10;

/** NDCG@10 of a ranker on held-out events, over users in even steps where there are many. */
export async function rankingQuality(
  ranker: Ranker,
  held: HeldEvents,
  { items, threads }: { readonly items: number; readonly threads: number | undefined },
): Promise<number> {
  const step = Math.max(1, held.length / MOST_COMPARED);
  const compared = Array.from({ length: Math.min(held.length, MOST_COMPARED) }, (_, i) => held[Math.floor(i * step)]!);
  const session = await openScores(ranker, threads);
  try {
    const users = [];
    for (let start = 0; start < compared.length; start += BATCH) {
      const part = compared.slice(start, start + BATCH);
      const scores = await scoresOf(session, part, items);
      for (const [i, user] of part.entries()) {
        const first = firstItems(scores.subarray(i * items, (i + 1) * items), user.chosen);
        const places = first.flatMap((item, place) => (user.relevant.includes(item) ? [place + 1] : []));
        users.push({
          user: String(start + i),
          known: true,
          relevant: user.relevant.length,
          places: Int32Array.from(places),
          first: first.map(String),
        });
      }
    }
    return measureOutcome(recommendationFamily, { items, users }).ndcg10!;
  } finally {
    session.release();
  }
}

async function openScores(ranker: Ranker, threads: number | undefined): Promise<Session> {
  const b = new GraphBuilder({ name: "scores" });
  b.output(ranker.compile(b, b.input("liked", "int64", ["batch", "history"])), "scores");
  return (await defaultRuntime()).createSession(encodeModel(b.build()), { threads });
}

async function scoresOf(session: Session, users: HeldEvents, items: number): Promise<Float32Array> {
  const width = users.reduce((most, { liked }) => Math.max(most, liked.length), 1);
  const ids = new BigInt64Array(users.length * width).fill(BigInt(items));
  for (const [row, { liked }] of users.entries())
    for (let i = 0; i < liked.length; i++) ids[row * width + i] = BigInt(liked[i]!);
  const { scores } = await session.run({ liked: tensor("int64", [users.length, width], ids) });
  return scores!.data as Float32Array;
}

/** Numbers of the ten items with the highest scores, of equal ones the earlier; without some. */
function firstItems(scores: Float32Array, without: Int32Array): number[] {
  for (const item of without) scores[item] = Number.NEGATIVE_INFINITY;
  const first: number[] = [];
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    if (first.length === DEPTH && !(score > scores[first[DEPTH - 1]!]!)) continue;
    if (score === Number.NEGATIVE_INFINITY) continue;
    let at = first.length;
    while (at > 0 && scores[first[at - 1]!]! < score) at--;
    first.splice(at, 0, item);
    if (first.length > DEPTH) first.pop();
  }
  return first;
}
