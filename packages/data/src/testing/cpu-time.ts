/**
 * Microseconds of the cores that some work takes: the least of three times, since files of tests share a process, and others may
 * have left the collector something to do.
 */
export async function cpuTime(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return least;
}
