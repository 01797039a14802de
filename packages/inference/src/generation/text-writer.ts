import type { ChatMessage } from "@modelwright/data";
import type { GenerateOptions, Generation } from "./generate-options.ts";

/** What a text is to be written behind: a text, its token ids, or a conversation whose next turn it is. */
export type Prompt =
  | { readonly text: string }
  | { readonly tokens: readonly number[] }
  | { readonly messages: readonly ChatMessage[] };

/** A text that is asked for, whoever asks. */
export interface WriteRequest {
  readonly prompt: Prompt;
  /** `maxTokens` by default: as many as there is room for behind the prompt. */
  readonly options: GenerateOptions;
  /** Ends the writing between two tokens. */
  readonly signal?: AbortSignal | undefined;
  /** Is given the text as it comes: never a part of a stop string, never half a character. */
  readonly onText?: ((text: string) => void) | undefined;
}

export interface Written extends Generation {
  /** Tokens of the prompt that were read: of a longer one the last. */
  readonly promptTokens: number;
}

/** What a loaded model offers that writes texts. */
export interface TextWriter {
  /**
   * Writes one text; those that are asked for at the same time are written side by side.
   *
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`; `TOKENIZER_CHAT_TEMPLATE_MISSING` for a conversation where the model knows none,
   * `MODEL_CONVERSATION_TOO_LONG` for one that is longer than the model reads.
   */
  write(request: WriteRequest): Promise<Written>;
}
