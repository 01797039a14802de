import type { PublishedModel, ReadFolder } from "../pretrained-model.ts";
import { parseHubReference } from "./hub-reference.ts";
import { readHubSettings } from "./hub-settings.ts";
import { type HubSnapshotOptions, hubSnapshot } from "./hub-snapshot.ts";

/**
 * The model of the hub of a reference `owner/name` or `owner/name@revision`, fetched where it is not here
 * yet; undefined for any other reference. Its name says the commit, whatever the reference did.
 *
 * @throws {ModelwrightError} `HUB_…`; then as `read`.
 */
export async function findHubModel<Model extends PublishedModel>(
  reference: string,
  { read, ...options }: HubSnapshotOptions & { readonly read: ReadFolder<Model> },
): Promise<Model | undefined> {
  const parsed = parseHubReference(reference);
  if (parsed === undefined) return undefined;
  const { directory, commit } = await hubSnapshot(parsed, options);
  const { endpoint } = await readHubSettings(options.env ?? process.env);
  const { repository } = parsed;
  return {
    ...(await read(directory, `${repository}@${commit}`)),
    source: `${endpoint}/${repository}/tree/${commit}`,
  };
}
