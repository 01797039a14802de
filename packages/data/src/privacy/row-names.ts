import { counted } from "../report-builder.ts";
import type { RowOrigin } from "../roles/read-rows.ts";
import type { PersonalDataTreater } from "./treat-text.ts";

/** What names a row or keeps rows together, and stays as it is since both would be lost. */
const NAMES = { id: "ids", group: "groups" } as const;

/** Warns of ids and groups that are personal data themselves: they go on into digests, reports and messages. */
export function rowNameWarnings(rows: readonly RowOrigin[], { treat }: PersonalDataTreater): string[] {
  return (["id", "group"] as const).flatMap((role) => {
    const own = rows.filter(({ id, origin }) => role === "group" || id !== `${origin.file}:${origin.line}`);
    const found = own.filter((row) => treat(row[role] ?? "").matches.length > 0).length;
    if (found === 0) return [];
    return `the ${NAMES[role]} of ${counted(found, "row")} hold personal data, which clean.pii leaves there; name another column, or none, as columns.${role}`;
  });
}
