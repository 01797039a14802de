import type { ModelwrightError, OpenAiError } from "@modelwright/contracts";

/** Routes that answer as OpenAI's do. */
const ROUTES = /^\/v1\/(?:completions|chat\/completions|embeddings|models\/[^/?]+)\/?(?:\?|$)/;

export function isOpenAiRoute(url: string): boolean {
  return ROUTES.test(url);
}

/** Our errors under the codes that OpenAI's clients look for. */
const CODES: Readonly<Record<string, string>> = {
  ACCESS_KEY_MISSING: "invalid_api_key",
  ACCESS_KEY_INVALID: "invalid_api_key",
  SERVER_MODEL_NOT_LOADED: "model_not_found",
  MODEL_CONVERSATION_TOO_LONG: "context_length_exceeded",
};

/** An error as OpenAI's clients read it. */
export function openAiError(error: ModelwrightError): OpenAiError {
  const { path, option } = (error.details ?? {}) as { readonly path?: string; readonly option?: string };
  return {
    error: {
      message: error.message,
      type: error.status < 500 ? "invalid_request_error" : "server_error",
      param: path ?? option ?? null,
      code: CODES[error.code] ?? error.code,
    },
  };
}
