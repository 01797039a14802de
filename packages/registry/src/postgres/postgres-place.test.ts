import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { registryPlace } from "../backends.ts";
import { migrate, migrations } from "../migrations/migrate.ts";
import { migrateRegistry, openRegistry } from "../open-registry.ts";
import { describePostgres } from "../testing/describe-postgres.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const SECRET = "s3/cr@t#?:";

test.each([
  ["postgres://mw@db/models", "it does not say where versions and artifacts lie"],
  ["postgres://mw@db/models?files=models", "must be an absolute path"],
  ["postgres://mw@db/models?files=gs://bucket/models", '"gs:" is no place for them'],
  ["postgres://mw@db/models?files=s3://B/models", "the name of a bucket must be 3 to 63 small letters"],
  ["postgres://mw@db/models?files=s3://bucket/a//b", "a prefix must be of parts of letters"],
  ["postgres://mw@db/models?files=s3://bucket&endpoint=minio:9000", "must be of the form https://host:port"],
  ["postgres://mw@db/models?files=s3://bucket&cache=much", "must be a size such as 500MiB"],
  ["postgres://mw@db/models?files=/srv&endpoint=http://minio:9000", "endpoint= is of files at s3://"],
  ["postgres://mw@db?files=/srv", "it names no database"],
  ["postgres://mw@db/models?file=/srv", 'it has an unknown parameter "file" (known: files)'],
  ["postgres://mw@db/models?files=/srv&password=hush", 'it has an unknown parameter "password"'],
  ["postgres://mw@db/models?files=/srv&schema=Models", "schema: must be at most 40 small letters"],
  ["postgres://mw:hu/sh@db/models?files=/srv", "it is no URL"],
  ["postgres://mw:12/hush@db/models?files=/srv", "it names no database"],
])("%s is refused by what is wrong, without its password", (url, problem) => {
  const refused = { code: "REGISTRY_URL_UNSUPPORTED", message: expect.stringContaining(problem) };
  expect(() => registryPlace(url)).toThrow(expect.objectContaining(refused));
  expect(() => registryPlace(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("sh@") }));
  expect(() => registryPlace(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("hush") }));
});

test("a location opens the same registry, and shows a variable by its name", () => {
  vi.stubEnv("MW_PASSWORD", SECRET);
  vi.stubEnv("MODELWRIGHT_HOME", "/home/mw");
  const query = "?files=/srv/模型&schema=team_a";
  const written = registryPlace(`postgresql://mw:\${MW_PASSWORD}@db:5433/models${query}`);
  expect(written.location).toBe(`postgresql://mw:\${MW_PASSWORD}@db:5433/models${query}`);
  const literal = registryPlace(`postgres://mw:hush@db:5433/models${query}`);
  expect(literal.location).toBe(`postgres://mw@db:5433/models${query}`);
  expect(written.folders).toEqual(literal.folders);
  expect(written.folders).toEqual(["/srv/模型", expect.stringMatching(/^\/home\/mw\/[0-9a-f]{16}$/)]);
  const other = registryPlace("postgres://mw@db:5433/models?files=/srv/模型&schema=team_b");
  expect(other.folders[1]).not.toBe(literal.folders[1]);
  vi.stubEnv("MW_PASSWORD", undefined);
  expect(() => registryPlace(`postgres://mw:\${MW_PASSWORD}@db/models${query}`)).toThrow(
    expect.objectContaining({ code: "REGISTRY_VARIABLE_MISSING" }),
  );
});

describePostgres("on a server", (current) => {
  test("a password comes from a variable, the URL, PGPASSWORD or a file, and is shown nowhere", async () => {
    const { server, files, schema, directory } = current();
    await server.sql(`drop role if exists mw; create role mw login superuser password '${SECRET}'`);
    const at = { files, schema, host: "127.0.0.1", user: "mw" };
    const passfile = join(directory, "pgpass");
    await writeFile(passfile, `*:*:*:mw:${SECRET.replaceAll(":", "\\:")}\n`, { mode: 0o600 });
    const ways: [user: string, variables: Record<string, string>][] = [
      [`mw:\${MW_PASSWORD}`, { MW_PASSWORD: SECRET }],
      [`mw:${encodeURIComponent(SECRET)}`, {}],
      ["mw", { PGPASSWORD: SECRET }],
      ["mw", { PGPASSFILE: passfile }],
    ];
    for (const [user, variables] of ways) {
      for (const [variable, value] of Object.entries(variables)) vi.stubEnv(variable, value);
      const registry = await openRegistry(server.url({ ...at, user }));
      expect(await registry.listRuns()).toEqual([]);
      expect(registry.location).toMatch(/^postgres:\/\/mw(:\$\{MW_PASSWORD\})?@127/);
      await registry.close();
      for (const variable of Object.keys(variables)) vi.stubEnv(variable, undefined);
    }
    const wrong = openRegistry(server.url({ ...at, user: "mw:hush" }));
    await expect(wrong).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: expect.stringMatching(/^(?!.*hush).*password authentication failed for user "mw"/s),
    });
    await expect(openRegistry(server.url({ ...at, user: "mw" }))).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: expect.stringContaining("the server asks for a password, and none was given"),
    });
  });

  test("a role that only reads, or a folder that cannot be written, is opened for reading", async () => {
    const { server, files, schema, url } = current();
    const registry = await openRegistry(url);
    const { id } = await registry.createRun(sampleRun());
    await registerSample(registry, { name: "mails", runId: id });
    await server.sql(`drop role if exists reader; create role reader login;
      grant usage on schema ${schema} to reader; grant select on all tables in schema ${schema} to reader`);
    const reader = await openRegistry(server.url({ files, schema, user: "reader" }));
    await reader.verifyVersion(await reader.resolve("mails"));
    const refused = { code: "REGISTRY_READ_ONLY" };
    await expect(reader.createRun(sampleRun())).rejects.toMatchObject(refused);
    await expect(reader.setAlias("mails", "champion", 1, "")).rejects.toMatchObject(refused);
    await expect(reader.addArtifact(id, "a", new Uint8Array())).rejects.toMatchObject(refused);
    await expect(reader.workFolder(id)).rejects.toMatchObject(refused);
    await reader.close();
    const nowhere = openRegistry(server.url({ files, schema: `${schema}_other`, user: "reader" }));
    await expect(nowhere).rejects.toMatchObject({ code: "REGISTRY_RECORDS_MISSING" });
    await registry.close();
  });

  test("files of another registry are not taken for its own", async () => {
    const { server, files, schema, url, directory } = current();
    const registry = await openRegistry(url);
    const { id } = await registry.createRun(sampleRun());
    await registerSample(registry, { name: "mails", runId: id });
    await registry.close();
    const other = `${schema}_b`;
    await expect(openRegistry(server.url({ files, schema: other }))).rejects.toMatchObject({
      code: "REGISTRY_RECORDS_MISSING",
      details: { folder: files, models: ["mails"] },
    });
    const folder = join(directory, "in a folder");
    await (await openRegistry(folder)).close();
    await expect(openRegistry(server.url({ files: folder, schema: other }))).rejects.toMatchObject({
      code: "REGISTRY_DIRECTORY_INVALID",
      message: expect.stringContaining("registry.db"),
    });
    await mkdir(join(directory, "new"));
    await (await openRegistry(server.url({ files: join(directory, "new"), schema: other }))).close();
  });

  test("a trial says what is there, and leaves nothing behind", async () => {
    const { url, server, schema } = current();
    const database = { name: "PostgreSQL", version: expect.stringMatching(/^\d+(\.\d+)*$/) };
    const place = registryPlace(url);
    expect(await place.probe()).toEqual({ exists: false, isWritable: true, database });
    expect(await server.sql(`select 1 from pg_namespace where nspname = '${schema}'`)).toEqual([]);
    await (await openRegistry(url)).close();
    expect(await place.probe()).toEqual({ exists: true, isWritable: true, database });
  });

  test("an older schema is refused until somebody migrates it; the copy is whole", async () => {
    const { url, server, schema } = current();
    const { database } = await registryPlace(url).open();
    await migrate(database, migrations.slice(0, 2));
    await database.close();
    const id = "20261124-121530-ab12";
    await server.sql(`insert into ${schema}.runs (id, experiment, status, recipe_json, recipe_sha256, seed,
        environment_json, created_at) values ('${id}', 'mails', 'running', '{"name":"mails","task":"x"}', '', 7, '{}', '');
      insert into ${schema}.run_metrics values ('${id}', 'loss', 9007199254740991, 0.1, '')`);
    const older = { code: "REGISTRY_SCHEMA_OLDER", details: { found: 2, known: migrations.length } };
    await expect(openRegistry(url)).rejects.toMatchObject(older);
    const steps = migrations.slice(2).map(({ name }) => name);
    expect(await migrateRegistry(url, { dryRun: true })).toEqual({ from: 2, to: migrations.length, steps });
    await expect(openRegistry(url)).rejects.toMatchObject(older);
    const copy = `schema ${schema}_before_3 of ${url}`;
    expect(await migrateRegistry(url)).toEqual({ from: 2, to: migrations.length, steps, copy });
    expect(await migrateRegistry(url)).toMatchObject({ from: migrations.length, steps: [] });
    const point = { step: 9007199254740991, name: "loss", value: 0.1, at: "" };
    const registry = await openRegistry(url);
    expect(await registry.metrics(id)).toEqual([point]);
    await registry.close();
    // In the place of the first it is what the first was, references between tables included.
    await server.sql(`drop schema ${schema} cascade; alter schema ${schema}_before_3 rename to ${schema}`);
    await expect(openRegistry(url)).rejects.toMatchObject(older);
    await expect(server.sql(`delete from ${schema}.runs`)).rejects.toThrow("foreign key");
    await migrateRegistry(url);
    const restored = await openRegistry(url);
    expect(await restored.metrics(id)).toEqual([point]);
    await restored.deleteRun(id);
    await restored.close();
  });
});
