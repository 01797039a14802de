import { readFile } from "node:fs/promises";

/** The slope of values at 0, 1, 2 … by least squares, and its standard error. */
export function lineThrough(values) {
  const n = values.length;
  const [meanX, meanY] = [(n - 1) / 2, values.reduce((sum, y) => sum + y, 0) / n];
  const spread = values.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  const slope = values.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residuals = values.reduce((sum, y, x) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (n - 2) / spread) };
}

/** What a process and those that it started hold in memory, on Linux. */
export async function residentMiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")).trim().split(" ");
  const others = await Promise.all(children.filter((child) => child !== "").map(residentMiB));
  return Math.round(others.reduce((sum, each) => sum + each, own));
}
