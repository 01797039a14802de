import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What npm links as `modelwright`. */
export const BINARY = fileURLToPath(new URL("../../packages/modelwright/bin/modelwright.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** The first match in stdout and stderr together; rejects when the process ends without one. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** The command line in a folder of its own. */
export class CommandLine {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async inNewFolder(): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), "modelwright-cli-")));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return name;
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), "utf8");
  }

  run(
    args: readonly string[],
    options: { readonly stdin?: string | Uint8Array; readonly env?: Record<string, string> } = {},
  ) {
    return this.start(args, options).finished;
  }

  /** The one JSON document on stdout, with the exit code. */
  async json(args: readonly string[]): Promise<{ readonly code: number | null; readonly document: unknown }> {
    const { code, stdout } = await this.run([...args, "--json"]);
    return { code, document: JSON.parse(stdout) };
  }

  start(
    args: readonly string[],
    options: { readonly stdin?: string | Uint8Array; readonly env?: Record<string, string> } = {},
  ): Running {
    const { MODELWRIGHT_REGISTRY: _, ...inherited } = process.env;
    const env = { ...inherited, NO_COLOR: "1", ...options.env };
    const child = spawn(process.execPath, [BINARY, ...args], { cwd: this.folder, env });
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    const heard = () => {
      for (const listener of listeners) listener();
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      heard();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      heard();
    });
    child.stdin.end(options.stdin ?? "");
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const says = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout + stderr);
          if (match !== null) resolve(match);
        };
        listeners.add(look);
        look();
        finished.then(() => reject(new Error(`ended without ${pattern}:\n${stdout}${stderr}`)), reject);
      });
    return { child, finished, says };
  }
}
