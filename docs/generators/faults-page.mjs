import { readFileSync } from "node:fs";
import { pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `What breaks in production, what Modelwright promises then, and the test that breaks it on purpose. All of them run in
\`npm test\`; what \`test/conformance\` tries at greater length is named in the last column.`;

const SERVER = "packages/server/src";
const REGISTRY = "packages/registry/src";
const MODELWRIGHT = "packages/modelwright/src";

/** By section; each test as the file that it is in and its name, or as much of it as is written in one piece. */
const FAULTS = {
  "The server's workers": [
    {
      fault: "A worker ends, by an exit or out of memory",
      promise: "Its batch is run once more by another; nobody notices. The worker is replaced, which is counted.",
      tests: [[`${SERVER}/create-server.test.ts`, "is replaced, and its batch is run again: nobody notices"]],
    },
    {
      fault: "A worker's process crashes: SIGSEGV, SIGABRT, SIGKILL",
      promise:
        "The same with `--isolate`. Without it workers are threads, and a crash of native code ends the server: leave its restart to what runs it.",
      tests: [[`${SERVER}/create-server.test.ts`, "are killed while clients ask: every request is answered"]],
    },
    {
      fault: "An item that ends each worker which it reaches",
      promise: "It alone is refused, with 422 and for ten minutes; what was beside it in the batch is answered.",
      tests: [
        [`${SERVER}/create-server.test.ts`, "under the same item twice makes that item fail, and only that"],
        [`${SERVER}/create-server.test.ts`, "under one of the items of a batch"],
        [`${SERVER}/batching/run-in-halves.test.ts`, "answers everything but the items that kill"],
      ],
    },
    {
      fault: "The files of a model change or go away while it is served",
      promise: "What is loaded goes on. A worker that must start anew is not ready, and the server says so (503).",
      tests: [
        [`${SERVER}/create-server.test.ts`, "meanwhile: the server is not ready"],
        [`${SERVER}/create-server.test.ts`, "a version needs its files only while a worker starts"],
      ],
    },
    {
      fault: "A new version that is damaged, or ends the process that loads it",
      promise: "It is tried elsewhere first. The version before it stays, and the reason is told.",
      tests: [
        [`${SERVER}/create-server.test.ts`, "is named where the runtime cannot load it, and the others are served"],
        [`${SERVER}/residency/memory-budget.test.ts`, "says what is wrong with one that cannot be brought in"],
      ],
    },
    {
      fault: "More models than memory",
      promise:
        "The one that was not asked for the longest is put out; whoever asks for it waits, or gets 503 and how long it takes.",
      tests: [
        [`${SERVER}/residency/memory-budget.test.ts`, "answers everything while clients ask for more than it holds"],
        [`${SERVER}/residency/memory-budget.test.ts`, "answers 503 and how long it takes"],
      ],
    },
  ],
  Clients: [
    {
      fault: "More requests than can be answered",
      promise:
        "What would wait longer than `--max-wait` is refused at once, with 429 and the seconds after which it is through.",
      tests: [
        [`${SERVER}/create-server.test.ts`, "refuses what would wait too long with 429"],
        [`${SERVER}/batching/batcher-laws.test.ts`, "what is accepted waits no longer than the queue may take"],
        [`${SERVER}/batching/batcher-laws.test.ts`, "the wait that a refusal tells is the real one, within 30 %"],
      ],
      longer: "`bench/serving-load.mjs`",
    },
    {
      fault: "One client floods",
      promise: "The others wait at most three batches longer, and nothing of theirs is refused.",
      tests: [[`${SERVER}/batching/batcher-laws.test.ts`, "does not raise another's wait by more than three batches"]],
    },
    {
      fault: "Bodies that are malformed, of another type, too large, too deep, or cut",
      promise:
        "Answered with a code below 500 and what is wrong; nothing of the server's inside is shown; it stays well.",
      tests: [
        [`${SERVER}/routes/routes.fuzz.test.ts`, "answers whatever comes with JSON of its form, never with 500"],
        [`${SERVER}/start-server.test.ts`, "answers what is not HTTP with a clean 400"],
        [`${SERVER}/start-server.test.ts`, "a request that never arrives whole does not keep the server"],
      ],
      longer: "`fuzzed-requests`: 50,000 requests",
    },
    {
      fault: "A client goes away",
      promise: "Its items leave the queue, and what is written for it ends.",
      tests: [
        [`${SERVER}/start-server.test.ts`, "takes the texts of a client that left out of the queue"],
        [`${SERVER}/create-server.test.ts`, "ends when its request is given up, and the worker goes on with the next"],
      ],
    },
    {
      fault: "A certificate that is exchanged by halves, damaged, or about to end",
      promise:
        "The old one is kept until the new pair is whole, without a connection lost; an end that is near is told.",
      tests: [
        [`${SERVER}/tls/tls.test.ts`, "keeps the old one while a pair is half written, which is told once"],
        [`${SERVER}/tls/tls.test.ts`, "takes a new certificate while connections that are open go on"],
      ],
    },
    {
      fault: "A key that is unknown, revoked, run out, for other models, or no key",
      promise: "401 or 403 on every route that needs more.",
      tests: [
        [`${SERVER}/access/access-matrix.test.ts`, "no bad key gets in, at any route"],
        [`${SERVER}/access/access-matrix.test.ts`, "may do what its permissions say, at every route"],
      ],
    },
  ],
  "The registry": [
    {
      fault: "The database is away",
      promise:
        "Servers go on with what they have: models, traffic, keys for ten minutes. It is told once, and followed again when it is back. Commands wait for it, then name it.",
      tests: [
        [`${SERVER}/residency/follow-postgres.test.ts`, "is followed under load, away for a while, and followed again"],
        [`${SERVER}/traffic/traffic.test.ts`, "goes on while the registry is away"],
        [`${SERVER}/access/access.test.ts`, "hold for ten minutes while the registry is away, which is told once"],
        [
          `${REGISTRY}/postgres/postgres-faults.test.ts`,
          "a server that starts again is waited for, one that stays away is named",
        ],
        [`${MODELWRIGHT}/traffic/step-traffic.test.ts`, "outlives a registry that is away, and says so once"],
      ],
    },
    {
      fault: "The database cannot be written while predictions are recorded",
      promise:
        "Answers do not wait. What is recorded is kept in memory, 100,000 items at most, and written afterwards; what is lost is counted.",
      tests: [
        [
          `${SERVER}/recording/recording.test.ts`,
          "while another holds the registry, answers do not wait, and nothing is lost",
        ],
        [`${SERVER}/recording/recording.test.ts`, "what can never be written is lost, counted, and holds up nothing"],
      ],
    },
    {
      fault: "A process is killed while it registers, promotes, deletes, backs up or restores",
      promise: "The old state or the new one. What was acknowledged is there.",
      tests: [
        [`${REGISTRY}/killed-at-each-step.test.ts`, "a restore: nothing or all of it, wherever the process is killed"],
        [`${REGISTRY}/killed-at-each-step.test.ts`, "a backup: none or a whole one, wherever the process is killed"],
        [`${REGISTRY}/testing/process-contract.ts`, "or more killed at random moments leave only whole versions"],
      ],
    },
    {
      fault: "A disk that is full",
      promise: "Told with the place and what is needed; nothing is half kept.",
      tests: [["test/e2e/journeys.test.ts", "that is full is told as such, and nothing is half kept"]],
    },
    {
      fault: "A file of a version or an artifact is damaged",
      promise: "Refused by name, by its digest; the others are served.",
      tests: [
        [`${SERVER}/create-server.test.ts`, "refuses a version whose files were changed"],
        [
          `${REGISTRY}/testing/file-store-contract.ts`,
          "a damaged artifact is refused, and repaired by putting it again",
        ],
      ],
    },
  ],
  "Files on S3": [
    {
      fault: "S3 is away, slow, or breaks connections",
      promise:
        "Asked again with longer pauses; a download goes on from the byte that came last. Versions that were fetched before are served and started from the machine's copies; others are refused with bucket, key and remedy.",
      tests: [
        [`${REGISTRY}/s3/s3-faults.test.ts`, "they serve while the store is away; what was never fetched is refused"],
        [`${REGISTRY}/s3/s3-faults.test.ts`, "connections that break: a download goes on from the byte that came last"],
      ],
      longer: "`s3`: against moto's server",
    },
    {
      fault: "Bytes are changed on their way, in the store, or on the machine",
      promise: "Told by their digest and fetched again; what is damaged in the store is refused by its name.",
      tests: [
        [`${REGISTRY}/s3/s3-faults.test.ts`, "bytes that were changed on their way: they are fetched again"],
        [`${REGISTRY}/s3/s3-faults.test.ts`, "a file that is damaged in the store: its version is refused by its name"],
        [`${REGISTRY}/s3/s3-faults.test.ts`, "one that was damaged is fetched anew"],
      ],
    },
    {
      fault: "An upload is killed",
      promise: "The old state or the new one; the next try goes on with the parts that are there.",
      tests: [
        [
          `${REGISTRY}/s3/s3-registry.test.ts`,
          "a process that is killed at any request leaves the old state or the new one",
        ],
        [`${REGISTRY}/s3/s3-faults.test.ts`, "goes on with the parts that an earlier try has left"],
      ],
      longer: "`s3`",
    },
  ],
  "Queues and files": [
    {
      fault: "Redis is killed and started again",
      promise: "Workers go on by themselves; no job is lost, and none answered twice.",
      tests: [
        [
          `${MODELWRIGHT}/queue/queue-worker.test.ts`,
          "Redis that is killed and started again under load loses no job and answers none twice",
        ],
      ],
    },
    {
      fault: "A job that cannot succeed, or may later",
      promise: "The first is a dead letter at once, with our code; the second is tried again with longer pauses.",
      tests: [[`${MODELWRIGHT}/queue/queue-worker.test.ts`, "what may succeed later is tried again"]],
    },
    {
      fault: "`predict --file` is interrupted or killed",
      promise: "The same command goes on; the file that comes out is the one that would have come out.",
      tests: [
        [`${MODELWRIGHT}/cli/prediction/unfinished-output.test.ts`, "that is killed anywhere ends with the same bytes"],
      ],
    },
  ],
  "Training and the loop": [
    {
      fault: "A training is killed",
      promise: "`train --resume` goes on, to the same bits as one that was not killed.",
      tests: [["test/e2e/resume.test.ts", "resumes to the bits of one that was not"]],
    },
    {
      fault: "`retrain` or a job of `schedule` is killed",
      promise: "The next one goes on with it, and makes one version.",
      tests: [
        [`${MODELWRIGHT}/retraining/retrain.test.ts`, "it goes on and makes one version"],
        [`${MODELWRIGHT}/schedule/run-schedule.test.ts`, "a job whose process was killed at it stays due"],
      ],
    },
    {
      fault: "The clock jumps",
      promise: "A job is neither skipped nor done twice, and nobody is held up longer than the lease's time.",
      tests: [
        [`${REGISTRY}/leases/lease-clock.test.ts`, "a clock put back a year holds nobody up"],
        [`${REGISTRY}/leases/lease-clock.test.ts`, "a clock put forward lets another in"],
        [`${MODELWRIGHT}/schedule/run-schedule.test.ts`, "a clock put forward and back again keeps no job"],
      ],
    },
    {
      fault: "A webhook, a mail server or a collector is away",
      promise: "Asked again with longer and longer pauses; nothing else waits for it.",
      tests: [
        [`${MODELWRIGHT}/alerts/tell-alerts.test.ts`, "a webhook that is away is asked again"],
        [`${SERVER}/monitoring/request-log.test.ts`, "a collector that is away holds up no answer"],
      ],
    },
    {
      fault: "A new version answers worse",
      promise: "Its canary is rolled back with the reason.",
      tests: [["test/e2e/loop.test.ts", "and a bad version is taken back"]],
    },
  ],
};

/** Each fault with its promise and its tests. */
export function faultsPage() {
  const sections = Object.entries(FAULTS).map(
    ([title, faults]) => `## ${title}\n\n${table(["fault", "promise", "tests", "at length"], faults.map(row))}\n`,
  );
  return [pageHead("Faults", INTRODUCTION), ...sections].join("\n");
}

function row({ fault, promise, tests, longer = "" }) {
  return [fault, promise, tests.map(link).join("; "), longer];
}

function link([file, name]) {
  if (!readFileSync(new URL(`../../${file}`, import.meta.url), "utf8").includes(name))
    throw new Error(`faults-page: no test of ${file} says "${name}"`);
  return `[${name}](../../${file})`;
}
