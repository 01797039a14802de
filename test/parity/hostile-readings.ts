import { ModelwrightError } from "@modelwright/contracts";

/** Where a reading takes longer, in milliseconds of the processor, it hangs: others may stop a process for any time. */
const SLOW = 10_000;
/** A reading may take twice a file's size, and this much on top for what the process had not used or collected before, in bytes. */
const ALLOWANCE = 256 * 2 ** 20;
const TIMES = 2;

export interface HostileReadings {
  readonly count: number;
  /** Of a sound file, in bytes. */
  readonly size: number;
  /** Puts the damaged copy of a seed in place and reads it. What it returns is a fault. */
  readonly read: (seed: number) => Promise<string | undefined>;
}

export interface HostileOutcome {
  readonly faults: readonly string[];
  /** Copies that were refused with a code. */
  readonly refused: number;
  /** The longest reading, in milliseconds of the processor. */
  readonly slowest: number;
  /** What the process, and its buffers that nobody may have written to, have grown by at most, in bytes. */
  readonly grown: number;
}

/**
 * Reads damaged copies one after the other. Faults are errors without a code, readings that hang, and memory beyond
 * twice the file's size: read a sound file before, so that what any reading needs is in use already.
 */
export async function readHostile({ count, size, read }: HostileReadings): Promise<HostileOutcome> {
  const faults: string[] = [];
  let [refused, slowest, grown] = [0, 0, 0];
  const before = { resident: peakResident(), buffers: process.memoryUsage().arrayBuffers };
  for (let seed = 0; seed < count; seed++) {
    const start = process.cpuUsage();
    try {
      const fault = await read(seed);
      if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`);
    } catch (error) {
      if (error instanceof ModelwrightError) refused++;
      else faults.push(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const { user, system } = process.cpuUsage(start);
    const time = (user + system) / 1000;
    if (time > SLOW) faults.push(`seed ${seed}: ${Math.round(time)} ms`);
    slowest = Math.max(slowest, time);
    const buffers = process.memoryUsage().arrayBuffers - before.buffers;
    const growth = Math.max(peakResident() - before.resident, buffers);
    if (growth > TIMES * size + ALLOWANCE && growth > grown) {
      faults.push(`seed ${seed}: ${growth} bytes of memory for a file of ${size}`);
    }
    grown = Math.max(grown, growth);
  }
  return { faults, refused, slowest, grown };
}

/** The most memory that the process has had so far, in bytes. */
function peakResident(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** One line for the table of `test/conformance/hostile-files`. */
export function describeOutcome(name: string, count: number, { refused, slowest, grown }: HostileOutcome): string {
  const [seconds, mebibytes] = [(slowest / 1000).toFixed(1), Math.round(grown / 2 ** 20)];
  return `| ${name} | ${count} | ${count - refused} | ${refused} | ${seconds} | ${mebibytes} |`;
}
