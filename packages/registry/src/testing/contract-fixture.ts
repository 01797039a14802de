import type { Registry } from "../registry.ts";

/** Opens the registry of a folder; called again with the same folder it opens the same registry. */
export type CreateRegistry = (directory: string) => Promise<Registry>;

/** What the parts of the contract work with; fresh for every test. */
export interface ContractFixture {
  readonly directory: string;
  readonly registry: Registry;
  /** Opens the same registry once more; closed at the end of the test. */
  readonly openAgain: () => Promise<Registry>;
}
