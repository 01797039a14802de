import type { FastifyRequest } from "fastify";

/** The version that a request asks for, by its path, or as OpenAI's clients say it; undefined where none of these is served. */
export function askedModel({
  params,
  body,
  models,
}: Pick<FastifyRequest, "params" | "body" | "models">):
  | { readonly name: string; readonly version: number }
  | undefined {
  const { name, version } = (params ?? {}) as { readonly name?: string; readonly version?: string };
  const reference = name ?? (body as { readonly model?: unknown } | undefined | null)?.model;
  if (typeof reference !== "string") return undefined;
  // A request that was refused before its body had come has no models.
  const record = models?.get(version === undefined ? reference : `${reference}:${version}`)?.record;
  return record && { name: record.name, version: record.version };
}
