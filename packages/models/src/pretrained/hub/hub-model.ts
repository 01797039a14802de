import { huggingFaceFolder } from "../hugging-face/hugging-face-folder.ts";
import type { PretrainedModel } from "../pretrained-model.ts";
import { parseHubReference } from "./hub-reference.ts";
import { readHubSettings } from "./hub-settings.ts";
import { type HubSnapshotOptions, hubSnapshot } from "./hub-snapshot.ts";

/**
 * The model of the hub of a reference `owner/name` or `owner/name@revision`, fetched where it is not here
 * yet; undefined for any other reference. Its name says the commit, whatever the reference did.
 *
 * @throws {ModelwrightError} `HUB_…`; then as `huggingFaceFolder`.
 */
export async function findHubModel(
  reference: string,
  options: HubSnapshotOptions,
): Promise<PretrainedModel | undefined> {
  const parsed = parseHubReference(reference);
  if (parsed === undefined) return undefined;
  const { directory, commit } = await hubSnapshot(parsed, options);
  const { endpoint } = await readHubSettings(options.env ?? process.env);
  const { repository } = parsed;
  return {
    ...(await huggingFaceFolder(directory, `${repository}@${commit}`)),
    source: `${endpoint}/${repository}/tree/${commit}`,
  };
}
