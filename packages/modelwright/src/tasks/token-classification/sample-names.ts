const PEOPLE = ["Anna Lindqvist", "Omar", "Mei Tanaka", "Carlos Ruiz", "Priya", "Jonas Weber", "Fatima Noor", "Ivan"];
const PLACES = ["Oslo", "New York", "Lisbon", "Cape Town", "Nairobi", "Kyoto", "Buenos Aires", "Riga"];

/** What is said of people and places; {p} and {l} stand for them. */
const FORMS = [
  "{p} moved to {l} last year.",
  "The train to {l} was late again.",
  "Yesterday {p} called from {l} about the contract.",
  "We met {p} at the office.",
  "It rained in {l} for three days.",
  "Please send the papers to {p} in {l}.",
  "Nobody answered the phone.",
  "{p} and the team from {l} won the prize.",
  "My sister lives near {l} with two dogs.",
  "Has {p} paid the invoice for {l}?",
  "The meeting was moved to Monday.",
  "{p} wrote a letter to the council.",
  "Flights from {l} are cancelled, says {p}.",
  "The report is on the desk.",
  "A storm is coming towards {l} tonight.",
] as const;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** JSON Lines of 120 invented sentences with the people and places in them. */
export function sampleNames(): string {
  const rows = FORMS.flatMap((form, i) =>
    PEOPLE.map((person, j) => row(form, person, PLACES[(3 * i + j) % PLACES.length]!, j)),
  );
  return `${rows.join("\n")}\n`;
}

function row(form: string, person: string, place: string, number: number): string {
  const spans: Span[] = [];
  let text = "";
  for (const part of form.split(/(\{[pl]\})/)) {
    const [value, label] = part === "{p}" ? [person, "PER"] : part === "{l}" ? [place, "LOC"] : [part, undefined];
    if (label !== undefined) spans.push({ start: text.length, end: text.length + value.length, label });
    text += value;
  }
  // Rows without a name differ too.
  if (spans.length === 0) text += ` That was number ${number + 1}.`;
  return JSON.stringify({ text, spans });
}
