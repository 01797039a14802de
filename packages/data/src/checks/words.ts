/** `3 columns have`, `1 column has`. */
export function columnsThat(count: number, several: string, one: string): string {
  return count === 1 ? `1 column ${one}` : `${count.toLocaleString("en-US")} columns ${several}`;
}

/** `12.3 %`; a little is not nothing, and almost all is not all. */
export function percent(share: number): string {
  const rounded = (100 * share).toFixed(1);
  if (rounded === "0.0" && share > 0) return "< 0.1 %";
  return rounded === "100.0" && share < 1 ? "> 99.9 %" : `${rounded} %`;
}

/** A number as a reader wants it: six digits at most. */
export function shown(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-4)) return value.toExponential(3);
  return Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** A date as ISO 8601 writes its day. */
export function shownDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** A value from data in quotation marks, not longer than a glance. */
export function quoted(text: string, limit = 40): string {
  const characters = [...text.slice(0, 2 * limit + 1)];
  return JSON.stringify(characters.length <= limit ? text : `${characters.slice(0, limit).join("")}…`);
}

/** A name as YAML writes it: `age`, `"total charges"`. */
export function yamlName(name: string): string {
  const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u;
  const words = /^(true|false|null|yes|no|on|off|y|n)$/i;
  return plain.test(name) && !words.test(name) ? name : JSON.stringify(name);
}

/** Names as YAML lists them: `[age, "total charges"]`. */
export function yamlList(names: readonly string[], limit = 8): string {
  const written = names.slice(0, limit).map(yamlName);
  return `[${[...written, ...(names.length > limit ? ["…"] : [])].join(", ")}]`;
}
