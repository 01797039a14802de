// What a registry takes for its three most frequent writes, on each place that is given: node bench/registry.mjs PLACE...
// For example .modelwright-bench 'postgres://models@localhost/models?files=/srv/models&schema=bench'. Leaves its runs there.

const ROUNDS = 40;
const [{ openRegistry }, { registerSample, sampleRun }] = await Promise.all([
  import("../packages/registry/dist/index.js"),
  import("../packages/registry/dist/testing/fixtures.js"),
]);

const WRITES = {
  createRun: (registry) => registry.createRun(sampleRun("bench")),
  "appendMetrics of 1,000 points": (registry, { runId, round }) =>
    registry.appendMetrics(
      runId,
      Array.from({ length: 1000 }, (_, step) => ({
        step: round * 1000 + step,
        name: "loss",
        value: Math.random(),
        at: "2026-11-28T00:00:00.000Z",
      })),
    ),
  "registerVersion of two small files": (registry, { runId }) => registerSample(registry, { name: "bench", runId }),
  "resolve a version": (registry) => registry.resolve("bench"),
};

for (const place of process.argv.slice(2)) {
  const registry = await openRegistry(place);
  const { id: runId } = await registry.createRun(sampleRun("bench"));
  console.log(registry.location);
  for (const [what, write] of Object.entries(WRITES)) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await write(registry, { runId, round });
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1).padStart(6);
    console.log(`  ${what.padEnd(36)} median ${at(0.5)} ms, nine of ten within ${at(0.9)} ms`);
  }
  await registry.close();
}
