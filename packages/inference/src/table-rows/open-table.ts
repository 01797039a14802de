import type { TablePreprocessing, TaskName } from "@modelwright/contracts";
import { type LoadOptions, type OpenVersion, openVersion } from "../open-version.ts";
import { ColumnEncoders } from "./column-encoders.ts";

/** A version whose graph reads the columns of a table. */
export type OpenedTable<Task extends TaskName> = OpenVersion<Task> & {
  /** Absent: it reads no vectors of texts. */
  readonly encoders: ColumnEncoders | undefined;
};

/**
 * Opens the graph of a table, and what makes vectors of its texts.
 *
 * @throws {ModelwrightError} As `openVersion`.
 */
export async function openTable<Task extends TaskName>(
  directory: string,
  task: Task,
  options: LoadOptions,
): Promise<OpenedTable<Task>> {
  const version = await openVersion(directory, task, options);
  const { encoders } = version.manifest.preprocessing as TablePreprocessing;
  if (encoders === undefined) return { ...version, encoders: undefined };
  try {
    // A session that is given is the table's own.
    const { session: _, ...others } = options;
    return { ...version, encoders: await ColumnEncoders.load(directory, encoders, others) };
  } catch (error) {
    version.session.release();
    throw error;
  }
}
