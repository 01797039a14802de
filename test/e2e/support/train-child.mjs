// A process to be killed: trains as its argument says and prints what happens, one JSON object a line.
import { train } from "modelwright";

const { recipe, options } = JSON.parse(process.argv[2]);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const { status, version } = await train(recipe, {
    ...options,
    onEvent: ({ type, step, totalSteps }) => {
      if (type !== "progress") print({ type, step, totalSteps });
    },
  });
  print({ type: "result", status, version });
} catch (error) {
  print({ type: "error", code: error.code, message: error.message });
  process.exitCode = 1;
}
