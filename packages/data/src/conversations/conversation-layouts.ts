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
   * The turns of a row, or why there is nothing to learn from it.
   *
   * @throws {ModelwrightError} `DATA_CONVERSATION_INVALID`.
   */
  readonly messages: (cells: Cells, place: RowPlace) => ChatMessage[] | Unlearnt;
}

type Cells = Readonly<Record<string, Cell | undefined>>;

/** A row lacks a question or an answer, or the assistant calls tools in it, which no text says. */
export type Unlearnt = "incomplete" | "tools";

/** Layouts in the order in which a file is held against them. */
export const LAYOUTS: readonly ConversationLayout[] = [
  {
    columns: ["messages"],
    messages: ({ messages }, place) => {
      if (messages === undefined) return "incomplete";
      return answered(listedMessages("messages", messages, place), { field: "messages", cell: messages, place });
    },
  },
  {
    // ShareGPT's: who speaks stands in `from`, what is said in `value`.
    columns: ["conversations"],
    messages: ({ conversations: cell }, place) => {
      if (cell === undefined) return "incomplete";
      return answered(listedMessages("conversations", cell, place), { field: "conversations", cell, place });
    },
  },
  {
    // Of texts, or of lists of messages as TRL has them.
    columns: ["prompt", "completion"],
    optional: ["system"],
    messages: ({ prompt, completion, system }, place) => {
      if (prompt === undefined || completion === undefined) return "incomplete";
      const turns = [
        turnsOf("system", system, place),
        turnsOf("prompt", prompt, place, "user"),
        turnsOf("completion", completion, place, ASSISTANT),
      ];
      const tools = turns.find((each) => each === "tools");
      return tools ?? answered(turns.flat() as ChatMessage[], { field: "completion", cell: completion, place });
    },
  },
  {
    // Alpaca's (Taori et al. 2023): an instruction, and perhaps what it is about.
    columns: ["instruction", "output"],
    optional: ["input", "system"],
    messages: ({ instruction, input, output, system }, place) => {
      if (instruction === undefined || output === undefined) return "incomplete";
      const asked = [textOf("instruction", instruction, place), ...(input ? [textOf("input", input, place)] : [])];
      return [
        ...(system ? [{ role: "system", content: textOf("system", system, place) }] : []),
        { role: "user", content: asked.join("\n\n") },
        { role: ASSISTANT, content: textOf("output", output, place) },
      ];
    },
  },
];

/** The layout of a table with these columns. */
export function layoutOf(columns: readonly string[]): ConversationLayout | undefined {
  return LAYOUTS.find((layout) => layout.columns.every((column) => columns.includes(column)));
}

/** The messages of a cell: a list of them, or one of a role. */
function turnsOf(field: string, cell: Cell | undefined, place: RowPlace, role = "system"): ChatMessage[] | "tools" {
  if (cell === undefined) return [];
  return cell.kind === "list" ? listedMessages(field, cell, place) : [{ role, content: textOf(field, cell, place) }];
}

function textOf(field: string, cell: Cell, place: RowPlace): string {
  if (cell.kind === "list" || cell.kind === "object") return fail(field, "must be a text", { cell, place });
  return cell.text.trim();
}

interface CellInRow {
  readonly cell: Cell;
  readonly place: RowPlace;
}

function fail(field: string, rule: string, { cell: { text }, place }: CellInRow): never {
  const got = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  throw new ModelwrightError("DATA_CONVERSATION_INVALID", { ...place, field, rule, got });
}

/** Messages in which the assistant answers, whenever it is its turn. */
function answered(
  messages: ChatMessage[] | "tools",
  { field, ...where }: CellInRow & { readonly field: string },
): ChatMessage[] | Unlearnt {
  if (messages === "tools") return messages;
  const answers = messages.filter(({ role }) => role === ASSISTANT).map(({ content }) => content.trim() !== "");
  if (!answers.includes(true)) {
    return fail(field, `must hold an answer: a message of role "${ASSISTANT}" that is not empty`, where);
  }
  return answers.includes(false) ? "incomplete" : messages;
}

function listedMessages(field: string, cell: Cell, place: RowPlace): ChatMessage[] | "tools" {
  const where = { cell, place };
  const value = jsonOf(cell.text);
  if (!Array.isArray(value)) return fail(field, "must be a list of messages", where);
  const given = value.map((message: unknown) => (message ?? {}) as Partial<Record<string, unknown>>);
  if (given.some(callsTools)) return "tools";
  return given.map((message, i): ChatMessage => {
    const { role, content, roles } = SPELLINGS.find((spelling) => spelling.role in message) ?? SPELLINGS[0];
    const [speaker, said] = [message[role], message[content]];
    if (typeof speaker !== "string" || speaker === "") return fail(`${field}[${i}].${role}`, "must be a text", where);
    if (typeof said !== "string") return fail(`${field}[${i}].${content}`, "must be a text", where);
    return { role: roles.get(speaker) ?? speaker, content: said };
  });
}

/** How messages are spelt: the fields of who speaks and of what is said, and roles that have other names. */
const SPELLINGS = [
  { role: "role", content: "content", roles: new Map<string, string>() },
  {
    role: "from",
    content: "value",
    roles: new Map([
      ["human", "user"],
      ["gpt", ASSISTANT],
    ]),
  },
] as const;

/** Whether a message calls tools beside what it says, as those of OpenAI's API do, or is a call, as with ShareGPT. */
function callsTools({ tool_calls: calls, function_call: call, from }: Partial<Record<string, unknown>>): boolean {
  if (from === "function_call") return true;
  return (Array.isArray(calls) && calls.length > 0) || (typeof call === "object" && call !== null);
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
