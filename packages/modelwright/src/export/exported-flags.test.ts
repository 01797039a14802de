import { readdir, readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createProgram } from "../cli/program.ts";
import { serviceFiles } from "./service/write-service.ts";

const FIXTURES = new URL("chart/fixtures/", import.meta.url);

/** Long flags by verb, of those that a service runs. */
let known: ReadonlyMap<string, readonly string[]>;
let files: Readonly<Record<string, string>>;
beforeAll(async () => {
  const { commands } = await createProgram(["serve", "worker", "backup", "restore"]);
  known = new Map(
    commands.map((command) => [command.name(), command.options.flatMap(({ long }) => (long == null ? [] : [long]))]),
  );
  const facts = JSON.parse(await readFile(new URL("facts.json", FIXTURES), "utf8"));
  files = serviceFiles(facts) as Record<string, string>;
});

/** Fails for a verb or a flag that the command line does not have: a renamed one must not stay in what is exported. */
function expectKnown([verb = "", ...args]: readonly string[]): void {
  expect([...known.keys()]).toContain(verb);
  const flags = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.split("=")[0]);
  expect(known.get(verb), verb).toEqual(expect.arrayContaining(flags));
}

test("the image and npm start run verbs with flags that they have", () => {
  expectKnown(JSON.parse(/^CMD (\[.*\])$/m.exec(files["Dockerfile"]!)![1]!));
  expectKnown(JSON.parse(files["package.json"]!).scripts.start.split(" ").slice(1));
});

test.each(["compose.yaml", "compose.team.yaml", "compose.tls.yaml"])("so does %s", (name) => {
  const services: Record<string, { command?: string[]; entrypoint?: string[] }> = parse(files[name]!).services;
  const ours = [services["model"]!, services["worker"], services["first-start"]];
  for (const { command, entrypoint = [] } of ours.filter((service) => service !== undefined)) {
    if (command !== undefined) expectKnown(command);
    for (const [, words] of entrypoint.join(" ").matchAll(/bin\/modelwright ([a-z][^&]*)/g))
      expectKnown(words!.trim().split(" "));
  }
});

test("so do the pods of the chart", async () => {
  const fixtures = (await readdir(FIXTURES)).filter((name) => name.endsWith(".yaml"));
  const verbs = new Set<string>();
  for (const name of fixtures) {
    const documents = parseAllDocuments(await readFile(new URL(name, FIXTURES), "utf8"));
    for (const resource of documents.map((document) => document.toJS())) {
      if (resource?.kind !== "Deployment") continue;
      const { args } = resource.spec.template.spec.containers[0];
      expectKnown(args);
      verbs.add(args[0]);
    }
  }
  expect([...verbs].sort()).toEqual(["serve", "worker"]);
});
