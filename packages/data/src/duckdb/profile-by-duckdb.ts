import type { TableProfile } from "../profile/table-profile.ts";
import { profileRelation } from "./profile-relation.ts";
import { type RelationOptions, withRelation } from "./with-relation.ts";

/**
 * The profile of a source of any size, by DuckDB: a table that is larger than memory too.
 *
 * @throws {ModelwrightError} `DATA_PEER_MISSING`, and what opening and reading a table throw.
 */
export function profileByDuckDb(source: string, options: RelationOptions): Promise<TableProfile> {
  return withRelation(source, options, async (relation) => (await profileRelation(relation)).profile);
}
