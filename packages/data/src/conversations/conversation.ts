import type { ChatMessage } from "../tokenizers/chat-template.ts";

/** A conversation of which a model learns what the assistant says. */
export interface Conversation {
  /** From a column `id`; otherwise `file:line`. */
  readonly id: string;
  /** At least one of them is the assistant's. */
  readonly messages: readonly ChatMessage[];
}

/** Whose messages are learnt. */
export const ASSISTANT = "assistant";

/** The turns of a conversation as a reader sees them. */
export function conversationText({ messages }: Conversation): string {
  return messages.map(({ role, content }) => `${role}: ${content}`).join("\n");
}
