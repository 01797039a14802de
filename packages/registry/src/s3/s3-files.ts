import { randomBytes } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import { digestBytes } from "../files/digest.ts";
import type { FilesParameters, FilesPlace } from "../files/files-place.ts";
import type { UrlFailure } from "../registry-place.ts";
import { Bucket } from "./bucket.ts";
import { parseS3Address } from "./s3-address.ts";
import { S3FileStore, TRIALS, VERSIONS } from "./s3-file-store.ts";

/** Files at `s3://bucket/prefix`; what a run works on, and copies of what was read, are on the machine. */
export function s3Files(
  text: string,
  options: { readonly parameters: FilesParameters; readonly fail: UrlFailure },
): FilesPlace {
  const address = parseS3Address(text, options);
  const bucket = new Bucket(address);
  return {
    location: address.location,
    folders: [],
    // Looking there would cost every opening a request, and one that fails while S3 is away.
    cleansAtOpen: false,
    prepare: async () => ({ isReadOnly: false }),
    models: () => bucket.folders(VERSIONS),
    async probe() {
      // Reading has to work; a trial of writing that is refused shows keys that only read.
      await bucket.folders(VERSIONS);
      const trial = `${TRIALS}${randomBytes(8).toString("hex")}`;
      try {
        const bytes = Buffer.from(trial);
        await bucket.put(trial, bytes, digestBytes(bytes));
        await bucket.remove(trial);
        return { isWritable: true };
      } catch (error) {
        if (error instanceof ModelwrightError && /AccessDenied/.test(error.message)) return { isWritable: false };
        throw error;
      }
    },
    store: (local) => new S3FileStore(bucket, local),
  };
}
