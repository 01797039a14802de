// Profile, clean and split of a CSV file by Modelwright; prints one line of JSON. Run by run.mjs.
const [path, out] = process.argv.slice(2);
// The time to load the packages counts, as it does for the others.
const began = performance.now();
const [{ parseCures }, { cleanByDuckDb }] = [
  await import("@modelwright/contracts"),
  await import("@modelwright/data/duckdb"),
];
const cures = parseCures({ duplicates: "drop", numbers: { missing: "median" } });
const { profile, files } = await cleanByDuckDb(path, { baseDir: "/", cures, out, split: ".parquet" });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const result = {
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMib: maxRSS / 1024,
  rows: files.reduce((sum, { rows }) => sum + rows, 0),
  columns: Object.fromEntries(
    profile.columns.map(({ name, missing, distinct, numbers }) => [
      name,
      { missing, distinct, median: numbers?.quantiles.p50 },
    ]),
  ),
};
console.log(JSON.stringify(result));
