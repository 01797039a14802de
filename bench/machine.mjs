// What a figure says about where it was measured.
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";

/** Instructions that decide how fast a matrix product is, as Linux names them on x86 and Arm. */
const MATRIX_INSTRUCTIONS = /^(fma|avx2|avx_vnni|avx512f|avx512_bf16|avx512_fp16|amx_\w+|asimd|bf16|i8mm|sve2?|sme)$/;

/** The processor's own names of its matrix instructions; empty where the system does not list them. */
export function matrixInstructions() {
  if (!existsSync("/proc/cpuinfo")) return [];
  const [, flags = ""] = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8")) ?? [];
  return flags.split(" ").filter((flag) => MATRIX_INSTRUCTIONS.test(flag));
}

/** Whether the processor multiplies bfloat16 itself; without that, autocast only converts to and fro. */
export const hasBfloat16 = () => matrixInstructions().some((flag) => /bf16$/.test(flag));

/** Processor, cores, memory, system, Node and load of this machine. */
export function describeMachine() {
  return {
    cpu: os.cpus()[0]?.model ?? "unknown",
    instructions: matrixInstructions(),
    cores: os.availableParallelism(),
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    loadAverage: os.loadavg()[0],
  };
}

/** "Intel Xeon (fma avx2 avx512f), 2 cores", for a line above figures. */
export function machineTitle({ cpu, instructions = [], cores }) {
  return `${cpu}${instructions.length > 0 ? ` (${instructions.join(" ")})` : ""}, ${cores} cores`;
}
