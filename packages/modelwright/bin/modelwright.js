#!/usr/bin/env node
// npm links a command when it installs, before anything is built: so it links this file, not one in dist.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("modelwright is not built: run npm run build\n");
  process.exitCode = 1;
}
