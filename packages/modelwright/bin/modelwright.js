#!/usr/bin/env node
// npm links a command when it installs, before anything is built: so it links this file, not one in dist.
import { existsSync } from "node:fs";
import module from "node:module";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  // Node.js 22.1 keeps what it compiled for the next start.
  module.enableCompileCache?.();
  await import(main.href);
} else {
  process.stderr.write("modelwright is not built: run npm run build\n");
  process.exitCode = 1;
}
