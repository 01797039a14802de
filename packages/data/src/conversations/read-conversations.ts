import { ModelwrightError } from "@modelwright/contracts";
import { openTable } from "../sources/open-table.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { cellAt } from "../tables/table.ts";
import type { Conversation } from "./conversation.ts";
import { LAYOUTS, layoutOf, type Unlearnt } from "./conversation-layouts.ts";

export interface ReadConversations {
  readonly conversations: readonly Conversation[];
  /** Columns that they were made of. */
  readonly columns: readonly string[];
  /** Rows that lack a question or an answer: `chats.jsonl:4`. */
  readonly incomplete: readonly string[];
  /** Rows in which the assistant calls tools. */
  readonly withTools: readonly string[];
  /** What a careful reader should know of the source. */
  readonly warnings: readonly string[];
}

/**
 * Reads conversations: rows with `messages`, a list of `{ role, content }`; with `prompt` and `completion`, texts or such lists; or with `instruction`, perhaps
 * `input`, and `output`. The latter two may have a `system` message.
 *
 * @throws {ModelwrightError} `DATA_CONVERSATIONS_MISSING` for other columns; `DATA_CONVERSATION_INVALID` naming the row; `DATA_EMPTY`; as
 *   `openTable`.
 */
export async function readConversations(
  source: string,
  options: {
    readonly baseDir: string;
    readonly encoding?: string | undefined;
    readonly query?: string | undefined;
    readonly onVersion?: TableOptions["onVersion"];
  },
): Promise<ReadConversations> {
  const table = await openTable(source, options);
  const layout = layoutOf(table.columns);
  if (layout === undefined) {
    throw new ModelwrightError("DATA_CONVERSATIONS_MISSING", {
      file: table.name,
      columns: table.columns,
      known: LAYOUTS.map(({ columns }) => columns.join(" and ")),
    });
  }
  const columns = [...layout.columns, ...(layout.optional ?? [])].filter((column) => table.columns.includes(column));
  const places = [...columns, "id"].map((column) => [column, table.columns.indexOf(column)] as const);
  const conversations: Conversation[] = [];
  const unlearnt: Record<Unlearnt, string[]> = { incomplete: [], tools: [] };
  for await (const row of table.rows) {
    const { file = table.name, line } = row;
    const cells = Object.fromEntries(places.map(([column, at]) => [column, cellAt(row, at)]));
    const messages = layout.messages(cells, { file, line });
    const id = cells["id"]?.text ?? `${file}:${line}`;
    if (typeof messages === "string") unlearnt[messages].push(id);
    else conversations.push({ id, messages });
  }
  if (conversations.length === 0) {
    throw new ModelwrightError("DATA_EMPTY", {
      file: table.name,
      problem:
        unlearnt.tools.length > 0
          ? "no row has a question and an answer without calls of tools"
          : "no row has both a question and an answer",
    });
  }
  return {
    conversations,
    columns,
    incomplete: unlearnt.incomplete,
    withTools: unlearnt.tools,
    warnings: [...table.warnings],
  };
}
