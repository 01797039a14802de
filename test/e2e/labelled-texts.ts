const TOPICS: Readonly<Record<string, readonly string[]>> = {
  food: ["soup", "bread", "cheese", "noodles", "apples", "pancakes", "olives", "rice", "salad", "plums"],
  sport: ["football", "tennis", "rowing", "chess", "running", "hockey", "cycling", "judo", "sailing", "golf"],
};

const FRAMES: Readonly<Record<string, readonly string[]>> = {
  food: ["for dinner we cooked", "the kitchen smells of", "the recipe wants two spoons of", "she ate a plate of"],
  sport: ["the team trained for", "he won a medal in", "tickets for the final of", "the referee stopped the match of"],
};

/** Rows of two topics that any model tells apart, topics in turn; at most 80. */
export function labelledTexts(rows: number): { text: string; label: string }[] {
  const labels = Object.keys(TOPICS);
  return Array.from({ length: rows }, (_, i) => {
    const label = labels[i % labels.length]!;
    const nth = Math.floor(i / labels.length);
    const words = TOPICS[label]!;
    const frames = FRAMES[label]!;
    return { text: `${frames[nth % frames.length]} ${words[Math.floor(nth / frames.length) % words.length]}`, label };
  });
}

export function csv(rows: readonly { readonly text: string; readonly label: string }[], lineEnd = "\n"): string {
  return ["text,label", ...rows.map(({ text, label }) => `"${text.replaceAll('"', '""')}",${label}`), ""].join(lineEnd);
}

/** A recipe that trains in a second: the head on cached vectors. */
export function recipe(name: string, source: string, more = ""): string {
  return `name: ${name}
task: text-classification
data: { source: ${source} }
model: { fineTune: frozen }
train: { epochs: 3 }
evaluate: { bootstrap: 100 }
${more}`;
}
