import type { Conversation } from "@modelwright/data";
import type { Monitoring } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";

/** What is watched of prompts. Answers are not: they are drawn, and each would take seconds to write again. */
export const monitoring: Monitoring<"instruction-tuning", readonly Conversation[]> = {
  items: (conversations) => conversations.flatMap(firstQuestion),
  inputs: textInputs,
};

function firstQuestion({ messages }: Conversation): string[] {
  const question = messages.find(({ role }) => role === "user");
  return question === undefined ? [] : [question.content];
}
