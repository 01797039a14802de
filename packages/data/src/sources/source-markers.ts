/** Something in a mail's text that tells where the mail was collected, not what it says. */
interface SourceMarker {
  readonly name: string;
  readonly pattern: RegExp;
  /** What stays in its place; default: nothing. */
  readonly keep?: string;
}

/** The corpus was anonymised with these hosts and this name. */
const COLLECTOR_ADDRESSES: SourceMarker = {
  name: "the collector's own addresses",
  pattern: /\S{0,100}(?:taint\.org|netnoteinc\.com|jmason\.org|DeathToSpam|\bzzzz)\S{0,100}/gi,
};

/**
 * What is taken out of a mail's body before it is used: what the collector's own software added, which tells the label and stands in
 * nobody else's mail. Footers of mailing lists stay: they are part of the message, and a filter at work sees them too.
 */
const BODY_MARKERS: readonly SourceMarker[] = [
  { name: "SpamAssassin reports", pattern: /^[> \t]*SPAM:.*(?:\n(?![> \t]*\n)(?![> \t]*SPAM:).{0,40}$)?/gm },
  { name: "X-Spam lines", pattern: /^[> \t]*X-Spam[\w-]*:.*$/gim },
  { name: "feed headers", pattern: /^\s*URL: \S+\s*\nDate: .*\n/i },
  COLLECTOR_ADDRESSES,
];

const SUBJECT_MARKERS: readonly SourceMarker[] = [
  { name: "list tags in the subject", pattern: /^((?:re|fwd?):\s*)*\[[^\]]{1,40}\]\s*/i, keep: "$1" },
  { name: "SpamAssassin subject tags", pattern: /\*{3,}\s*SPAM\s*\*{3,}/gi },
  COLLECTOR_ADDRESSES,
];

/** The names of all markers that are taken out, for the report. */
export const sourceMarkerNames: readonly string[] = [
  ...new Set([...SUBJECT_MARKERS, ...BODY_MARKERS].map((marker) => marker.name)),
];

export function withoutBodyMarkers(body: string): string {
  return without(body, BODY_MARKERS);
}

export function withoutSubjectMarkers(subject: string): string {
  return without(subject, SUBJECT_MARKERS);
}

function without(text: string, markers: readonly SourceMarker[]): string {
  return markers.reduce((rest, { pattern, keep = "" }) => rest.replace(pattern, keep), text);
}
