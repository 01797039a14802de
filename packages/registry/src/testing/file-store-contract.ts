import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileStore, VersionKey } from "../files/file-store.ts";

/** A new, empty store, and what a test may do to it behind its back. */
export interface FileStoreFixture {
  readonly store: FileStore;
  /** The same store as another process sees it. */
  readonly again: () => FileStore;
  /** Changes a stored file of a version; `undefined` takes it away, of the path `.` the version as a whole. */
  readonly tamper: (key: VersionKey, path: string, bytes: Uint8Array | undefined) => Promise<void>;
  readonly tamperArtifact: (sha256: string, bytes: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const key = { name: "mails", version: 1 };
const FILES = { "config.json": "{}", "onnx/model.onnx": "graph" };

/**
 * Checks every guarantee of `FileStore` on one implementation, with Vitest.
 *
 * @param name Shown in the report.
 * @param create Makes a store, in the folder if it needs one.
 */
export function describeFileStoreContract(
  name: string,
  create: (directory: string) => Promise<FileStoreFixture>,
): void {
  describe(`file store contract: ${name}`, () => {
    let directory: string;
    let fixture: FileStoreFixture;
    let staged = 0;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "file-store-"));
      fixture = await create(join(directory, "store"));
    });
    afterEach(async () => {
      await fixture.close();
      await rm(directory, { recursive: true, force: true });
    });

    async function stage(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
      const folder = join(directory, `staging-${++staged}`);
      await mkdir(folder);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      return folder;
    }

    /** Seals, places and settles the files as a version. */
    async function keep(version: VersionKey, files: Readonly<Record<string, string | Uint8Array>> = FILES) {
      const folder = await fixture.store.seal(await stage(files));
      await folder.place(version);
      await fixture.store.settle(version);
      await folder.release("registered");
      return folder.files;
    }

    const isThere = async (version: VersionKey) =>
      (await fixture.store.compare(version, [])).every(({ file }) => file !== ".");

    test("artifacts are kept by content, from bytes and from a file", async () => {
      const { store, again } = fixture;
      const path = join(await stage({ "report.html": "<p>abc" }), "report.html");
      const digest = { sha256: sha256("<p>abc"), sizeBytes: 6 };
      expect(await store.putArtifact("report.html", path)).toEqual(digest);
      expect(await again().putArtifact("copy.html", Buffer.from("<p>abc"))).toEqual(digest);
      await rm(path);
      expect(await readFile(await again().openArtifact(digest.sha256), "utf8")).toBe("<p>abc");
      await expect(store.putArtifact("report.html", path)).rejects.toMatchObject({
        code: "REGISTRY_ARTIFACT_UNREADABLE",
        details: { name: "report.html", path },
      });
      await expect(store.openArtifact(sha256("other"))).rejects.toMatchObject({ code: "REGISTRY_ARTIFACT_UNKNOWN" });
    });

    test("a damaged artifact is refused, and repaired by putting it again", async () => {
      const { store, tamperArtifact } = fixture;
      const { sha256: digest } = await store.putArtifact("a", Buffer.from("abc"));
      await tamperArtifact(digest, Buffer.from("abd"));
      await expect(store.openArtifact(digest)).rejects.toMatchObject({
        code: "REGISTRY_ARTIFACT_CORRUPT",
        details: { got: sha256("abd") },
      });
      await store.putArtifact("a", Buffer.from("abc"));
      expect(await readFile(await store.openArtifact(digest), "utf8")).toBe("abc");
    });

    test("a run finds in its folder what it left there", async () => {
      const { store, again } = fixture;
      await writeFile(join(await store.workFolder("one"), "checkpoint"), "half");
      expect(await readFile(join(await again().workFolder("one"), "checkpoint"), "utf8")).toBe("half");
      expect(await readdir(await store.workFolder("two"))).toEqual([]);
    });

    test("runs share a folder for what can be made again", async () => {
      const { store, again } = fixture;
      await writeFile(join(await store.cacheFolder(), "vectors"), "kept");
      await store.removeWorkFolder("one");
      expect(await readFile(join(await again().cacheFolder(), "vectors"), "utf8")).toBe("kept");
    });

    test("a work folder that is removed is gone, and no other", async () => {
      const { store } = fixture;
      for (const run of ["one", "two"]) await writeFile(join(await store.workFolder(run), "checkpoint"), "half");
      await store.removeWorkFolder("one");
      await store.removeWorkFolder("never made");
      expect(await readdir(await store.workFolder("one"))).toEqual([]);
      expect(await readdir(await store.workFolder("two"))).toEqual(["checkpoint"]);
    });

    test("a staged folder that is missing, empty, a file or linked is refused", async () => {
      const { store } = fixture;
      const file = join(await stage(FILES), "config.json");
      const linked = await stage(FILES);
      await symlink("/etc/hostname", join(linked, "link"));
      for (const folder of [join(directory, "absent"), await stage({}), file, linked]) {
        await expect(store.seal(folder), folder).rejects.toMatchObject({ code: "REGISTRY_STAGING_INVALID" });
      }
    });

    test("any files come back as they were staged", async () => {
      const part = fc.stringMatching(/^[a-z0-9]{1,8}$/).map((text) => `d${text}`);
      const path = fc
        .tuple(fc.array(part, { maxLength: 2 }), part)
        .map(([folders, name]) => [...folders, `${name}.bin`].join("/"));
      const files = fc.dictionary(path, fc.uint8Array({ maxLength: 300 }), { minKeys: 1, maxKeys: 6 });
      let version = 0;
      await fc.assert(
        fc.asyncProperty(files, async (given) => {
          const kept = { name: "any", version: ++version };
          const listed = await keep(kept, given);
          expect(listed.map((each) => each.path)).toEqual(Object.keys(given).sort());
          const folder = await fixture.again().materialise(kept);
          for (const { path: each, sha256: digest, sizeBytes } of listed) {
            expect(Buffer.compare(await readFile(join(folder, each)), given[each]!)).toBe(0);
            expect([digest, sizeBytes]).toEqual([sha256(given[each]!), given[each]!.length]);
          }
          expect(await fixture.store.compare(kept, listed)).toEqual([]);
        }),
        { numRuns: 15 },
      );
    });

    test("a sealed folder takes further files, and is gone once it is registered", async () => {
      const { store } = fixture;
      const staging = await stage({ ...FILES, "README.md": "draft" });
      const folder = await store.seal(staging);
      const readme = await folder.write("README.md", Buffer.from("# version 1"));
      expect(readme).toEqual({ path: "README.md", sizeBytes: 11, sha256: sha256("# version 1") });
      const manifest = await folder.write("modelwright.json", Buffer.from("{}\n"));
      await folder.place(key);
      await store.settle(key);
      await folder.release("registered");
      await expect(readdir(staging)).rejects.toMatchObject({ code: "ENOENT" });
      expect(await readFile(join(await store.materialise(key), "README.md"), "utf8")).toBe("# version 1");
      const others = folder.files.filter(({ path }) => path !== "README.md");
      expect(await store.compare(key, [...others, readme, manifest])).toEqual([]);
    });

    test.each(["placed", "not placed"])("a refused folder stays as it was, and leaves nothing: %s", async (when) => {
      const { store } = fixture;
      const staging = await stage(FILES);
      const folder = await store.seal(staging);
      await folder.write("modelwright.json", Buffer.from("{}"));
      if (when === "placed") await folder.place(key);
      await folder.withdraw(key);
      await folder.release("refused");
      expect((await readdir(staging)).sort()).toEqual(["config.json", "onnx"]);
      expect(await isThere(key)).toBe(false);
      expect(await store.lastNumber(key.name)).toBe(0);
      await store.clean(async () => false);
      expect((await readdir(staging)).sort()).toEqual(["config.json", "onnx"]);
    });

    test("the greatest number counts what is there, of one model", async () => {
      const { store, again } = fixture;
      expect(await store.lastNumber("mails")).toBe(0);
      for (const version of [1, 2, 12]) await keep({ name: "mails", version });
      await keep({ name: "mails-2", version: 30 });
      expect(await again().lastNumber("mails")).toBe(12);
      await store.remove({ name: "mails", version: 12 });
      expect(await again().lastNumber("mails")).toBe(2);
    });

    test("a version that is not there is refused by name", async () => {
      const refused = { code: "REGISTRY_VERSION_CORRUPT", details: { ...key, problems: [{ file: "." }] } };
      await expect(fixture.store.materialise(key)).rejects.toMatchObject(refused);
      expect(await fixture.store.compare(key, [])).toMatchObject([{ file: "." }]);
      await keep(key);
      await fixture.store.remove(key);
      await expect(fixture.again().materialise(key)).rejects.toMatchObject(refused);
    });

    test.each<[string, string, string | undefined]>([
      ["changed", "config.json", "[]"],
      ["longer", "config.json", "{} "],
      ["missing", "onnx/model.onnx", undefined],
      ["added", "onnx/model.data", "x"],
    ])("what differs is named: %s", async (_what, path, content) => {
      const listed = await keep(key);
      await keep({ name: "mails", version: 2 });
      await fixture.tamper(key, path, content === undefined ? undefined : Buffer.from(content));
      expect((await fixture.again().compare(key, listed)).map(({ file }) => file)).toEqual([path]);
      const digests = listed.map(({ path: each, sha256: digest }) => ({ path: each, sha256: digest }));
      expect((await fixture.store.compare(key, digests)).map(({ file }) => file)).toEqual([path]);
      expect(await fixture.store.compare({ name: "mails", version: 2 }, listed)).toEqual([]);
    });

    test("cleaning keeps what has a record or is in no doubt, and removes the rest", async () => {
      const { store, again } = fixture;
      const of = (version: number) => ({ name: "mails", version });
      // 1: registered; 2: killed before its record; 3: killed after it; 4: killed before its record went; 5: after it.
      await keep(of(1));
      for (const version of [2, 3]) await (await store.seal(await stage(FILES))).place(of(version));
      for (const version of [4, 5]) {
        await keep(of(version));
        await store.condemn(of(version));
      }
      // 6: its record is in no database; it may belong to another copy of it.
      await keep(of(6));
      const recorded = new Set([1, 3, 4]);
      const clean = () => again().clean(async ({ name: model, version }) => model === "mails" && recorded.has(version));
      const present = async () => {
        const there = await Promise.all(
          [1, 2, 3, 4, 5, 6].map(async (version) => ((await isThere(of(version))) ? [version] : [])),
        );
        return there.flat();
      };
      await clean();
      expect(await present()).toEqual([1, 3, 4, 6]);
      recorded.clear();
      await clean();
      expect(await present()).toEqual([1, 3, 4, 6]);
    });
  });
}
