import { taskSchemas } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { VersionRecord } from "@modelwright/registry";
import { modelSchemas } from "@modelwright/server";
import { typescriptOf } from "./typescript-of.ts";

/** Types do not say how many or how long. */
const LIMITS = { maxItemsPerRequest: 256, maxItemBytes: 65_536 };

/**
 * A module of TypeScript that asks a server for predictions of a version, and whose types are its labels and columns.
 * It needs `fetch` and nothing else.
 */
export function clientFile({ name, version, runId, manifest }: VersionRecord): string {
  const { item, options, answer } = modelSchemas(manifest, LIMITS);
  const labels = inferenceRow(manifest.task).labels?.(manifest);
  const { item: word } = taskSchemas(manifest.task).words;
  return `// The model ${name}, version ${version} (${manifest.task}, run ${runId}).
// Written by: modelwright models types ${name}:${version}. Write it anew where labels or columns change.
${labels === undefined ? "" : `\n/** What the model chooses among. */\nexport type Label = ${labels.map((label) => JSON.stringify(label)).join(" | ")};\n`}
/** What the model is asked about: a ${word}. */
export type Item = ${typescriptOf(item)};

/** What a request may ask for. */
export type Options = ${typescriptOf(options)};

/** What it gets for each item. */
export type Answer = ${typescriptOf(answer)};

export interface ClientOptions {
  /** Of the server: \`http://127.0.0.1:8000\`. */
  readonly url: string;
  /** Where the server asks for one. */
  readonly key?: string;
  /** Default: ${JSON.stringify(name)}, whatever version is served under it. */
  readonly model?: string;
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch;
}

/** What a server refuses or fails at. */
export class PredictionError extends Error {
  override readonly name = "PredictionError";
  readonly status: number;
  /** Such as \`SERVER_OVERLOADED\`. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(response: Response, body: { readonly code?: string; readonly message?: string; readonly requestId?: string }) {
    super(body.message ?? \`the server answered \${response.status}\`);
    this.status = response.status;
    this.code = body.code ?? "UNKNOWN";
    this.requestId = body.requestId;
    const seconds = response.headers.get("retry-after");
    this.retryAfter = seconds === null ? undefined : Number(seconds);
  }
}

/**
 * Asks for predictions, one per item, in their order.
 *
 * @throws {PredictionError} For every answer that is none; whatever \`fetch\` throws where no server answers.
 */
export async function predict(
  items: readonly Item[],
  { url, key, model = ${JSON.stringify(name)}, fetch: send = fetch, signal, ...options }: ClientOptions & Options & { readonly signal?: AbortSignal },
): Promise<readonly Answer[]> {
  const response = await send(\`\${url.replace(/\\/+$/, "")}/v1/models/\${encodeURIComponent(model)}/predict\`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: \`Bearer \${key}\` }) },
    body: JSON.stringify({ ${word}s: items, options }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw new PredictionError(response, await response.json().catch(() => ({})));
  const { predictions } = (await response.json()) as { readonly predictions: readonly Answer[] };
  return predictions;
}
`;
}
