import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { registryPlace } from "./backends.ts";
import { openRegistry } from "./open-registry.ts";
import { sampleRun } from "./testing/fixtures.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a path, a relative one, a URL and the option find the same registry", async () => {
  const folder = join(directory, "a registry");
  const places = [
    folder,
    relative(process.cwd(), folder),
    pathToFileURL(folder),
    String(pathToFileURL(folder)),
    { directory: folder },
  ];
  for (const [before, place] of places.entries()) {
    const registry = await openRegistry(place);
    try {
      expect(registry.location).toBe(folder);
      expect(await registry.listRuns()).toHaveLength(before);
      await registry.createRun(sampleRun());
      const again = await openRegistry(registry.location);
      expect(await again.listRuns()).toHaveLength(before + 1);
      await again.close();
    } finally {
      await registry.close();
    }
  }
});

test("a path that looks like a URL is a path when it is given as a directory", async () => {
  const registry = await openRegistry({ directory: join(directory, "postgres://x") });
  expect(registry.location).toBe(join(directory, "postgres:/x"));
  await registry.close();
});

test.each([
  ["", "it is empty"],
  ["s3://bucket/models", 'no registry is kept at "s3:"'],
  ["https://ann:se/cret@example.org/x", 'no registry is kept at "https:"'],
  ["file://elsewhere.example/x", "File URL host"],
  ["file:///srv/models?file=s3://bucket", 'it has an unknown parameter "file"'],
  ["file:///srv/models?files=s3://b", "the name of a bucket must be"],
])("%s cannot be opened, and is refused with what can", (url, problem) => {
  expect(() => registryPlace(url)).toThrow(
    expect.objectContaining({
      code: "REGISTRY_URL_UNSUPPORTED",
      message: expect.stringContaining(problem),
      details: expect.objectContaining({
        url: expect.not.stringContaining("cret"),
        supported: [
          "the path of a folder",
          "file:///<path>",
          "postgres://<user>@<host>/<database>?files=/<folder> or ?files=s3://<bucket>/<prefix>",
        ],
      }),
    }),
  );
});

test("a drive of Windows is no URL", () => {
  expect(registryPlace("c:models").location).toBe(join(process.cwd(), "c:models"));
});
