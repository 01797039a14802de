/** Does one part of a job. Parts write to places of their own, and none depends on who does it. */
export type TeamJob<Thread> = (thread: Thread, part: number) => void;

/** What a team can do, the same in each of its threads. */
export interface TeamWork<Memory, Thread extends Memory, Name extends string> {
  /** What one thread works with: the shared memory, and what it has for itself. */
  readonly open: (memory: Memory) => Thread;
  readonly jobs: Readonly<Record<Name, TeamJob<Thread>>>;
  /** The module that helps with it in a thread of its own. */
  readonly helper: URL;
}

/** A thread, and what tells it what the team does. */
export interface TeamMember<Thread> {
  readonly thread: Thread;
  /** By their number, which is the same in all threads. */
  readonly jobs: readonly TeamJob<Thread>[];
  /** Shared memory of `CONTROL_WORDS`. */
  readonly control: Int32Array;
}

export const CONTROL_WORDS = 6;
/** Words of `control`: the next ticket. */
const TICKET = 0;
/** Parts of the job at hand that are not finished. */
const PENDING = 1;
/** How many jobs there were with the one at hand, its parts, and its number. */
const GENERATION = 2;
const PARTS = 3;
const JOB = 4;
/** Changes when a job is ready; a thread with nothing to do waits for that. */
const READY = 5;
const OVER = -1;

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
export function shareJob<Thread>(member: TeamMember<Thread>, job: number, parts: number): void {
  const { control } = member;
  const generation = control[GENERATION]! + 1;
  Atomics.store(control, PENDING, parts);
  Atomics.store(control, GENERATION, generation);
  Atomics.store(control, PARTS, parts);
  Atomics.store(control, JOB, job);
  // From here on its parts can be drawn: everything about it is written.
  Atomics.store(control, TICKET, ticketOf(generation, 0));
  Atomics.store(control, READY, generation);
  Atomics.notify(control, READY);
  drawParts(member);
  for (let pending = waitWhile(control, PENDING, parts); pending !== 0; )
    pending = waitWhile(control, PENDING, pending);
}

/** Helps with every job, and sleeps in between, until the team is over. */
export function helpTeam<Thread>(member: TeamMember<Thread>): void {
  for (;;) {
    const ready = Atomics.load(member.control, READY);
    if (ready === OVER) return;
    drawParts(member);
    waitWhile(member.control, READY, ready);
  }
}

/** Sends the helpers of a team away. */
export function endTeam({ control }: Pick<TeamMember<unknown>, "control">): void {
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
function drawParts<Thread>({ thread, jobs, control }: TeamMember<Thread>): void {
  for (;;) {
    const ticket = Atomics.add(control, TICKET, 1);
    const part = ticket & (2 ** PART_BITS - 1);
    if (part >= Atomics.load(control, PARTS) || ticketOf(Atomics.load(control, GENERATION), part) !== ticket) return;
    jobs[Atomics.load(control, JOB)]!(thread, part);
    if (Atomics.sub(control, PENDING, 1) === 1) Atomics.notify(control, PENDING);
  }
}
