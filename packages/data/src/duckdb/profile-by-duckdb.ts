import type { ReadFrame } from "../frames/read-frame.ts";
import type { TableProfile } from "../profile/table-profile.ts";
import { profileRelation } from "./profile-relation.ts";
import { type SampleOptions, sampleRows } from "./sample-rows.ts";
import { type RelationOptions, withRelation } from "./with-relation.ts";

/** What is known of a source of any size. */
export interface ProfiledSource {
  readonly profile: TableProfile;
  /** Some of its rows, where they were asked for. */
  readonly sample?: ReadFrame;
  /** What reading it said. */
  readonly warnings: readonly string[];
}

/**
 * The profile of a source of any size, by DuckDB: a table that is larger than memory too.
 *
 * @param options.sample Rows that are drawn at random beside it. Default: none.
 * @throws {ModelwrightError} `PEER_MISSING`, and what opening and reading a table throw.
 */
export function profileByDuckDb(
  source: string,
  options: RelationOptions & { readonly sample?: SampleOptions },
): Promise<ProfiledSource> {
  return withRelation(source, options, async (relation) => {
    const found = await profileRelation(relation);
    const sample = options.sample === undefined ? {} : { sample: await sampleRows(found, options.sample) };
    return { profile: found.profile, ...sample, warnings: relation.warnings };
  });
}
