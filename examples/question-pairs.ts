// Makes questions.csv for same-question.yaml: of labelled questions each beside another one, in turn of the same label or of another.
// Run: npm run build && npx jiti examples/question-pairs.ts train.csv [questions]
//
// The file has the columns text,category, such as banking_data/train.csv of https://github.com/PolyAI-LDN/task-specific-datasets.
import { readFileSync, writeFileSync } from "node:fs";
import { RandomSource } from "modelwright";

const [file = "train.csv", count = "1300"] = process.argv.slice(2);

const questions = readFileSync(file, "utf8")
  .trimEnd()
  .split(/\r?\n(?=[^\n]*,[a-zA-Z_?]+(?:\r?\n|$))/)
  .slice(1)
  .map((line) => ({ text: line.slice(0, line.lastIndexOf(",")), label: line.slice(line.lastIndexOf(",") + 1).trim() }));
const random = RandomSource.fromSeed(1);
const drawn = random.shuffle(questions);
const rows = drawn.slice(0, Number(count)).map(({ text, label }, i) => {
  const wanted = i % 2 === 0;
  const others = drawn.filter((other) => other.text !== text && (other.label === label) === wanted);
  const { text: second } = random.shuffle(others)[0]!;
  return [text, second, wanted ? "same" : "different"].join(",");
});
writeFileSync("questions.csv", `${["question,other,relation", ...rows].join("\n")}\n`);
console.log(`questions.csv: ${rows.length} pairs of ${questions.length} questions`);
