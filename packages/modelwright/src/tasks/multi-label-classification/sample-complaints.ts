/** Invented complaints, each about one thing. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  food: ["the soup was cold", "the fish tasted of nothing", "the bread was old", "the salad had sand in it"],
  service: ["nobody took our order for an hour", "the waiter was rude", "we had to ask three times for water"],
  billing: ["the bill listed a bottle we never had", "my card was charged twice", "the tip was added without asking"],
  noise: ["the music was far too loud", "the table beside us shouted all evening", "the kitchen door banged"],
};

const QUIET = ["Everything was fine, thank you.", "We came back and liked it again.", "A nice evening with friends."];

/** A CSV with the columns `text,labels`: invented complaints about one or two of four things, and some about none. */
export function sampleComplaints(): string {
  const parts = Object.entries(PARTS).flatMap(([label, all]) => all.map((text) => ({ label, text })));
  const single = parts.map(({ label, text }) => row(`Sadly ${text}.`, [label]));
  const pairs = parts.flatMap((first, i) =>
    parts
      .slice(i + 1)
      .filter(({ label }) => label !== first.label)
      .map((second) => row(`First ${first.text}, then ${second.text}.`, [first.label, second.label])),
  );
  return `text,labels\n${[...single, ...pairs, ...QUIET.map((text) => row(text, []))].join("\n")}\n`;
}

function row(text: string, labels: readonly string[]): string {
  return `"${text}",${labels.length === 0 ? "[]" : labels.join("|")}`;
}
