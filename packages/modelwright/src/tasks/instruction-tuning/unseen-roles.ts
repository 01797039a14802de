import { applyChatTemplate, type ChatTemplateConfig, type Conversation } from "@modelwright/data";

/** A role of which a chat template writes nothing. */
export interface UnseenRole {
  readonly role: string;
  /** A conversation in which it speaks. */
  readonly id: string;
}

/** Roles whose messages a chat template leaves out of its text, by the first conversation in which each speaks. */
export function unseenRoles(conversations: readonly Conversation[], config: ChatTemplateConfig): UnseenRole[] {
  const first = new Map<string, Conversation>();
  for (const conversation of conversations) {
    for (const { role, content } of conversation.messages) {
      if (content.trim() !== "" && !first.has(role)) first.set(role, conversation);
    }
  }
  return [...first].flatMap(([role, { id, messages }]) => {
    const text = applyChatTemplate(config, messages);
    const said = messages.find((message) => message.role === role && message.content.trim() !== "")!.content;
    return text.includes(said.trim()) ? [] : [{ role, id }];
  });
}
