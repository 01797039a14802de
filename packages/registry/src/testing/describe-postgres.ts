import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from "vitest";
import { HAS_POSTGRES, PostgresServer } from "./postgres-server.ts";

/** What a test on PostgreSQL works with. */
export interface PostgresFixture {
  readonly server: PostgresServer;
  /** Fresh for every test; local folders of registries lie in it. */
  readonly directory: string;
  /** A registry that no other test has, by the socket. */
  readonly url: string;
  readonly schema: string;
  readonly files: string;
}

/**
 * Tests on a PostgreSQL server of their own. Where none is installed they are skipped by name; in CI, which installs
 * it, that is a failure.
 */
export function describePostgres(name: string, tests: (current: () => PostgresFixture) => void): void {
  if (!HAS_POSTGRES && process.env["MODELWRIGHT_TEST_POSTGRES"] !== "required") {
    test.skip(`${name}: skipped, for PostgreSQL is not installed`, () => {});
    return;
  }
  describe(name, () => {
    let server: PostgresServer;
    let fixture: PostgresFixture;
    beforeAll(async () => {
      if (!HAS_POSTGRES) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
      server = await PostgresServer.start();
    });
    afterAll(() => server?.remove());
    beforeEach(async () => {
      const directory = await mkdtemp(join(tmpdir(), "registry-"));
      const at = { files: join(directory, "files"), schema: schemaOf(directory) };
      vi.stubEnv("MODELWRIGHT_HOME", join(directory, "home"));
      fixture = { server, directory, url: server.url(at), ...at };
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await rm(fixture.directory, { recursive: true, force: true });
    });
    tests(() => fixture);
  });
}

/** A schema of its own for each folder of a test. */
export function schemaOf(directory: string): string {
  return basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "_");
}
