import type { DataReport, DataStep } from "./prepared-data.ts";
import type { RowOrigin } from "./roles/read-rows.ts";

/** Collects the lines of a data report while the work goes on. */
export class ReportBuilder {
  readonly #steps: DataStep[] = [];
  readonly #warnings: string[] = [];

  /** @param of What is left, where it is not the unit of the task. */
  step(name: string, detail: string, rows: number, of?: string): void {
    this.#steps.push({ name, detail, rows, ...(of === undefined ? {} : { of }) });
  }

  warn(...warnings: readonly string[]): void {
    this.#warnings.push(...warnings);
  }

  build(fields: string): DataReport {
    return { steps: this.#steps, warnings: this.#warnings, fields };
  }
}

/** `1 row`, `1,234 rows`: the same in every locale. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** Names a row for a reader who wants to find it. */
export function place(row: RowOrigin): string {
  return row.id.startsWith(row.origin.file) ? row.id : `${row.id} (${row.origin.file}:${row.origin.line})`;
}

/** The first items, and a mark that there are more. */
export function listed(items: readonly string[], limit = 5): string {
  return items.slice(0, limit).join(", ") + (items.length > limit ? ", …" : "");
}
