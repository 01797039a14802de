import { ModelwrightError, taskSchemas } from "@modelwright/contracts";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import { openRegistry, type Registry } from "@modelwright/registry";
import {
  closeOnSignals,
  isOrigin,
  ORIGIN_RULE,
  RECORDED,
  type Recorded,
  reloadOnHangUp,
  type ServedReference,
  type ServingChange,
  type SharedBaseReport,
  type StartOptions,
  startServer,
} from "@modelwright/server";
import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { plainText } from "../../wording/plain-text.ts";
import { bytes } from "../../wording/quantities.ts";
import { schemaChangeText } from "../../wording/schema-change.ts";
import { byteSize } from "../byte-size.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { PROVIDER_OPTION, providerName } from "../provider-option.ts";
import { type CommonOptions, oneOf, share, verb, wholeNumber } from "../verb.ts";

interface ServeOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly workers?: number;
  readonly threads?: number;
  readonly executionProvider?: ExecutionProviderChoice;
  readonly latencyTarget?: number;
  readonly maxWait?: number;
  readonly shareBases: boolean;
  readonly follow: boolean;
  readonly allowLoading?: boolean;
  readonly record?: Recorded;
  readonly sample?: number;
  readonly withoutKeys?: boolean;
  readonly allowOrigin?: readonly string[];
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly isolate?: boolean;
  readonly memoryBudget?: number;
  readonly cacheResults?: number;
  readonly log?: boolean;
  readonly otlp?: string;
}

export function serveVerb(): Command {
  return verb("serve", {
    examples: ["modelwright serve tickets", "modelwright serve tickets@champion tickets:2 --host 0.0.0.0 --port 8080"],
  })
    .argument("[models...]", "name, name@alias or name:version; default: every model")
    .option("--port <number>", "port; 0 lets the system choose", wholeNumber("--port", { min: 0, max: 65_535 }), 8000)
    .option("--host <address>", "address to listen on; 0.0.0.0 is reachable from other machines", "127.0.0.1")
    .option(
      "--workers <number>",
      "copies of the models that run side by side (default: as many as --threads fits into the cores; one on webgpu)",
      wholeNumber("--workers", { min: 1, max: 256 }),
    )
    .option(
      "--threads <number>",
      "threads of each worker (default: the cores shared among --workers; without it four, or all of fewer cores)",
      wholeNumber("--threads", { min: 1, max: 256 }),
    )
    .option(...PROVIDER_OPTION, providerName)
    .option(
      "--latency-target <ms>",
      "keep batches so small that requests are answered within it while there is no queue (default: 250)",
      wholeNumber("--latency-target", { min: 1, max: 3_600_000 }),
    )
    .option(
      "--max-wait <ms>",
      "refuse what would wait longer in the queue, by what was learnt of the batches before (default: 1000)",
      wholeNumber("--max-wait", { min: 1, max: 3_600_000 }),
    )
    .option(
      "--no-share-bases",
      "give versions that were trained by LoRA on the same base a copy of it each: faster alone, more memory",
    )
    .option(
      "--no-follow",
      "go on with what was found at the start: aliases that move and new versions are not looked for",
    )
    .option(
      "--isolate",
      "run the models in processes of their own: a crash in native code ends a worker, not the server; slower alone",
    )
    .option(
      "--memory-budget <size>",
      "keep weights of so much in memory, such as 2GiB; other models are loaded when they are asked for (default: all)",
      byteSize("--memory-budget"),
    )
    .option(
      "--cache-results <size>",
      "keep answers in so much memory and give them again, such as 64MiB; never texts that are drawn (default: none)",
      byteSize("--cache-results"),
    )
    .option("--allow-loading", "let requests load and unload models: POST /v2/repository/models/<name>/load")
    .option(
      "--record <what>",
      "keep predictions in the registry, for monitoring and feedback: answers; items as well, with personal data masked; or unmasked (default: none)",
      oneOf("--record", RECORDED),
    )
    .option("--sample <share>", "keep only this share of the requests, such as 0.1 (default: 1)", share("--sample"))
    .option("--without-keys", "let other machines in (--host) though there is no key to ask them for")
    .option(
      "--tls-certificate <file>",
      "answer by HTTPS alone: a certificate chain in PEM; it is followed when it changes",
    )
    .option("--tls-key <file>", "its private key in PEM, without a passphrase")
    .option(
      "--allow-origin <origin>",
      "let pages of this origin ask from a browser (CORS), such as https://app.example; may be given again (default: none)",
      collectOrigin,
    )
    .option("--log", "write a JSON line for each request on stdout")
    .option(
      "--otlp <url>",
      "send traces to a collector by OTLP over HTTP (default: $OTEL_EXPORTER_OTLP_ENDPOINT, otherwise nowhere)",
    )
    .action(serve);
}

async function serve(models: readonly string[], options: ServeOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const registry = await openRegistry(registryLocation(options.registry), {
    onMigrated: (change) => screen.note(schemaChangeText(change)),
  });
  try {
    await serveFrom(registry, { models, options, screen });
  } finally {
    // The server asks it for keys as long as it runs.
    await registry.close();
  }
}

async function serveFrom(
  registry: Registry,
  given: { readonly models: readonly string[]; readonly options: ServeOptions; readonly screen: Screen },
): Promise<void> {
  const { models, options, screen } = given;
  const sharing: SharedBaseReport[] = [];
  const { otlp = process.env.OTEL_EXPORTER_OTLP_ENDPOINT } = options;
  screen.progress(`loading ${models.length === 0 ? "every model" : models.join(", ")}`);
  const server = await startServer({
    registry,
    models,
    host: options.host,
    withoutKeys: options.withoutKeys === true,
    port: options.port,
    onLeftOut: ({ model, error }) => screen.note(colours.yellow(`${model} is left out: ${error.message}`)),
    shareBases: options.shareBases,
    onSharing: (report) => sharing.push(report),
    follow: options.follow,
    onChange: (change) => screen.note(changeText(change)),
    onAway: (problem) =>
      screen.note(
        problem === undefined
          ? "the registry is followed again"
          : colours.yellow(`the registry cannot be followed, what is served stays: ${problem}`),
      ),
    allowLoading: options.allowLoading === true,
    isolate: options.isolate === true,
    logger: options.log === true && !screen.json,
    ...(options.record === undefined ? {} : { record: options.record }),
    ...(options.sample === undefined ? {} : { recordSample: options.sample }),
    ...(options.allowOrigin === undefined ? {} : { allowOrigins: options.allowOrigin }),
    ...tlsOf(options),
    ...(otlp === undefined ? {} : { otlp }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.threads === undefined ? {} : { threadsPerWorker: options.threads }),
    ...(options.latencyTarget === undefined ? {} : { latencyTargetMs: options.latencyTarget }),
    ...(options.maxWait === undefined ? {} : { maxWaitMs: options.maxWait }),
    ...(options.memoryBudget === undefined ? {} : { memoryBudgetBytes: options.memoryBudget }),
    ...(options.cacheResults === undefined ? {} : { cacheResultsBytes: options.cacheResults }),
    ...(options.executionProvider === undefined ? {} : { executionProvider: options.executionProvider }),
  });
  const stopped = closeOnSignals(server);
  if (options.tlsCertificate !== undefined) reloadOnHangUp(server);
  const { url, models: loaded } = server;
  const references = loaded.map(({ reference }) => reference);
  screen.say(`Serving ${references.map((name) => colours.bold(name)).join(", ")} at ${colours.bold(url)}`);
  screen.say(...sharing.flatMap(describeSharing));
  const needsKey = !(await registry.stores.keys.ring()).isEmpty;
  screen.say("", "Try it:", `  ${colours.cyan(curl(url, loaded[0]!, needsKey))}`, "");
  screen.say(`Playground:   ${url}/`, `Health:       ${url}/health`, `Every route:  ${url}/openapi.json`, "");
  if (needsKey) screen.say("Requests need a key, in MODELWRIGHT_KEY above: modelwright keys create --help");
  if (options.follow) screen.say("Aliases that move in the registry are followed.");
  screen.say("Ctrl-C stops it: requests under way are answered first.");
  screen.result({ url, models: references, pid: process.pid, sharing });
  await stopped;
  screen.note("Stopped; every request was answered.");
}

function collectOrigin(text: string, previous: readonly string[] = []): readonly string[] {
  if (isOrigin(text)) return [...previous, text];
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--allow-origin", rule: ORIGIN_RULE, got: text });
}

function tlsOf({ tlsCertificate: certificate, tlsKey: key }: ServeOptions): Pick<StartOptions, "tls"> {
  if (certificate !== undefined && key !== undefined) return { tls: { certificate, key } };
  if (certificate === undefined && key === undefined) return {};
  const [given, absent] = key === undefined ? ["certificate", "key"] : ["key", "certificate"];
  const rule = `given beside --tls-${given}`;
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: `--tls-${absent}`, rule, got: "" });
}

/** What is served another way than before. */
function changeText({ came, left }: ServingChange): string {
  const parts = [
    ...(came.length === 0 ? [] : [`now serving ${came.join(", ")}`]),
    ...(left.length === 0 ? [] : [`no longer ${left.join(", ")}`]),
  ];
  return parts.join("; ");
}

/** How many versions share a base, what that saves, and why others do not. */
function describeSharing({ base, members, apart, bytes: weights }: SharedBaseReport): string[] {
  const [shared, alone] = [weights.shared, weights.apart].map(bytes);
  return [
    ...(members.length === 0
      ? []
      : [`${members.length} versions share one copy of ${plainText(base)}: ${shared} of weights, not ${alone}`]),
    ...apart.map(({ key, reason }) => colours.yellow(`${key} has a copy of its own: ${reason}`)),
  ];
}

/** A request that works as it stands, in a shell of Linux and macOS. */
function curl(url: string, { reference, task, pairs, columns }: ServedReference, needsKey: boolean): string {
  const { item, sample } = taskSchemas(task).words;
  const own: unknown = sample.startsWith("{") ? JSON.parse(sample) : sample;
  const text = pairs ? { text: sample, second: "another text" } : own;
  const asked = columns === undefined ? text : Object.fromEntries(columns.map((name) => [name, null]));
  const body = JSON.stringify({ [`${item}s`]: [asked] }).replaceAll("'", "\\u0027");
  const key = needsKey ? ` -H "authorization: Bearer $MODELWRIGHT_KEY"` : "";
  return `curl ${url}/v1/models/${reference}/predict${key} -H 'content-type: application/json' -d '${body}'`;
}
