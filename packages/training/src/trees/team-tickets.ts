import type { TreeThread } from "./histograms.ts";
import { TREE_JOBS, type TreeJobName } from "./tree-jobs.ts";

/** A thread, and what tells it what the team does. */
export interface TeamMember {
  readonly thread: TreeThread;
  /** Shared memory of `CONTROL_WORDS`. */
  readonly control: Int32Array;
}

export const CONTROL_WORDS = 6;
/** Words of `control`: the next ticket. */
const TICKET = 0;
/** Parts of the job at hand that are not finished. */
const PENDING = 1;
/** The number of the job at hand, its parts, and its place in `JOB_NAMES`. */
const GENERATION = 2;
const PARTS = 3;
const JOB = 4;
/** Changes when a job is ready; a thread with nothing to do waits for that. */
const READY = 5;
const OVER = -1;

const JOB_NAMES = Object.keys(TREE_JOBS) as readonly TreeJobName[];

/** A ticket is the low bits of its job's number, then the number of a part of it. */
const PART_BITS = 16;
/** Parts of a job at most, with room for those drawn in vain. */
export const MOST_PARTS = 2 ** PART_BITS - 2 ** 10;

/** Looks at a shared word before a thread goes to sleep: jobs follow one another faster than the system wakes anybody. */
const LOOKS = 50_000;

function ticketOf(generation: number, part: number): number {
  return (generation << PART_BITS) | part;
}

/** Offers a job to all threads, and helps until it is done. */
export function shareJob(member: TeamMember, name: TreeJobName, parts: number): void {
  const { control } = member;
  const generation = control[GENERATION]! + 1;
  Atomics.store(control, PENDING, parts);
  Atomics.store(control, GENERATION, generation);
  Atomics.store(control, PARTS, parts);
  Atomics.store(control, JOB, JOB_NAMES.indexOf(name));
  // From here on its parts can be drawn: everything about it is written.
  Atomics.store(control, TICKET, ticketOf(generation, 0));
  Atomics.store(control, READY, generation);
  Atomics.notify(control, READY);
  drawParts(member);
  for (let pending = waitWhile(control, PENDING, parts); pending !== 0; )
    pending = waitWhile(control, PENDING, pending);
}

/** Helps with every job, and sleeps in between, until the team is over. */
export function helpTeam(member: TeamMember): void {
  for (;;) {
    const ready = Atomics.load(member.control, READY);
    if (ready === OVER) return;
    drawParts(member);
    waitWhile(member.control, READY, ready);
  }
}

/** Sends the helpers of a team away. */
export function endTeam({ control }: Pick<TeamMember, "control">): void {
  Atomics.store(control, READY, OVER);
  Atomics.notify(control, READY);
}

/** Waits until a word is another than it was; now and then returns without a reason. */
function waitWhile(control: Int32Array, word: number, value: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const now = Atomics.load(control, word);
    if (now !== value) return now;
  }
  Atomics.wait(control, word, value);
  return Atomics.load(control, word);
}

/**
 * Does parts until the job has none left.
 *
 * Whoever draws a ticket does the part that it names. A thread that comes late, from whichever job, therefore never does anything twice or in the
 * wrong job: a job is not over before every part that was drawn of it is done, and a ticket drawn in vain has another number than the next job.
 */
function drawParts({ thread, control }: TeamMember): void {
  for (;;) {
    const ticket = Atomics.add(control, TICKET, 1);
    const part = ticket & (2 ** PART_BITS - 1);
    if (part >= Atomics.load(control, PARTS) || ticketOf(Atomics.load(control, GENERATION), part) !== ticket) return;
    TREE_JOBS[JOB_NAMES[Atomics.load(control, JOB)]!](thread, part);
    if (Atomics.sub(control, PENDING, 1) === 1) Atomics.notify(control, PENDING);
  }
}
