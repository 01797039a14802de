import { ModelwrightError } from "@modelwright/contracts";
import type { Cell } from "../tables/table.ts";
import type { ChatMessage } from "../tokenizers/chat-template.ts";
import { ASSISTANT } from "./conversation.ts";

/** Where a row was read, for messages. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
}

/** A way in which files write conversations. */
export interface ConversationLayout {
  /** Columns that a file of it has. */
  readonly columns: readonly string[];
  /** Columns that it may have. */
  readonly optional?: readonly string[];
  /**
   * The turns of a row; undefined where it lacks something.
   *
   * @throws {ModelwrightError} `DATA_CONVERSATION_INVALID`.
   */
  readonly messages: (cells: Readonly<Record<string, Cell | undefined>>, place: RowPlace) => ChatMessage[] | undefined;
}

/** Layouts in the order in which a file is held against them. */
export const LAYOUTS: readonly ConversationLayout[] = [
  { columns: ["messages"], messages: ({ messages }, place) => messages && listedMessages(messages, place) },
  {
    columns: ["prompt", "completion"],
    optional: ["system"],
    messages: ({ prompt, completion, system }) => exchange(prompt?.text, completion?.text, system?.text),
  },
  {
    // Alpaca's (Taori et al. 2023): an instruction, and perhaps what it is about.
    columns: ["instruction", "output"],
    optional: ["input", "system"],
    messages: ({ instruction, input, output, system }) => {
      const asked = [instruction, input].flatMap((cell) => (cell === undefined ? [] : [cell.text.trim()])).join("\n\n");
      return exchange(instruction === undefined ? undefined : asked, output?.text, system?.text);
    },
  },
];

/** The layout of a table with these columns. */
export function layoutOf(columns: readonly string[]): ConversationLayout | undefined {
  return LAYOUTS.find((layout) => layout.columns.every((column) => columns.includes(column)));
}

function exchange(
  asked: string | undefined,
  answered: string | undefined,
  system: string | undefined,
): ChatMessage[] | undefined {
  if (asked === undefined || answered === undefined) return undefined;
  const first = system === undefined ? [] : [{ role: "system", content: system.trim() }];
  return [...first, { role: "user", content: asked.trim() }, { role: ASSISTANT, content: answered.trim() }];
}

function listedMessages({ text }: Cell, place: RowPlace): ChatMessage[] {
  const fail = (field: string, rule: string): never => {
    const got = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    throw new ModelwrightError("DATA_CONVERSATION_INVALID", { ...place, field, rule, got });
  };
  const value = jsonOf(text);
  if (!Array.isArray(value)) return fail("messages", "must be a list of messages");
  const messages = value.map((message: unknown, i): ChatMessage => {
    const { role, content } = (message ?? {}) as Partial<Record<string, unknown>>;
    if (typeof role !== "string" || role === "") return fail(`messages[${i}].role`, "must be a text");
    if (typeof content !== "string") return fail(`messages[${i}].content`, "must be a text");
    return { role, content };
  });
  if (messages.some(({ role, content }) => role === ASSISTANT && content.trim() !== "")) return messages;
  return fail("messages", `must hold an answer: a message of role "${ASSISTANT}" that is not empty`);
}

/** Characters of a cell that a message shows. */
const SHOWN = 80;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
