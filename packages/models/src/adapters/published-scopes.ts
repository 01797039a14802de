/**
 * Scopes of our parameters and what the published models call them, by `model_type`; `{n}` is the number of a layer. Others are called there as
 * they are here.
 */
const PUBLISHED_SCOPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bert: {
    "encoder.embeddings.word": "bert.embeddings.word_embeddings",
    "encoder.embeddings.position": "bert.embeddings.position_embeddings",
    "encoder.embeddings.token_type": "bert.embeddings.token_type_embeddings",
    "encoder.embeddings.norm": "bert.embeddings.LayerNorm",
    "encoder.layer{n}.attention.query": "bert.encoder.layer.{n}.attention.self.query",
    "encoder.layer{n}.attention.key": "bert.encoder.layer.{n}.attention.self.key",
    "encoder.layer{n}.attention.value": "bert.encoder.layer.{n}.attention.self.value",
    "encoder.layer{n}.attention.output": "bert.encoder.layer.{n}.attention.output.dense",
    "encoder.layer{n}.attention_norm": "bert.encoder.layer.{n}.attention.output.LayerNorm",
    "encoder.layer{n}.feed_forward.inner": "bert.encoder.layer.{n}.intermediate.dense",
    "encoder.layer{n}.feed_forward.output": "bert.encoder.layer.{n}.output.dense",
    "encoder.layer{n}.feed_forward_norm": "bert.encoder.layer.{n}.output.LayerNorm",
    "encoder.pooler": "bert.pooler.dense",
    "head.classifier": "classifier",
  },
};

const NUMBER = "{n}";

/** What the published model of a type calls one of our scopes. */
export function publishedScope(modelType: string, scope: string): string {
  return renamed(Object.entries(PUBLISHED_SCOPES[modelType] ?? {}), scope);
}

/** What we call a scope of the published model of a type. */
export function ownScope(modelType: string, published: string): string {
  const pairs = Object.entries(PUBLISHED_SCOPES[modelType] ?? {});
  return renamed(
    pairs.map(([ours, theirs]) => [theirs, ours] as const),
    published,
  );
}

function renamed(pairs: readonly (readonly [from: string, to: string])[], name: string): string {
  for (const [from, to] of pairs) {
    const pattern = new RegExp(`^${from.split(NUMBER).map(escaped).join("(\\d+)")}$`);
    const match = pattern.exec(name);
    if (match !== null) return to.replace(NUMBER, match[1] ?? NUMBER);
  }
  return name;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
