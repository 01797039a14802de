import type { PersonalDataKind } from "@modelwright/contracts";

/** A stretch of a text, offsets in UTF-16 code units. */
export interface Stretch {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** Personal data in a text. */
export interface PersonalDataMatch extends Stretch {
  readonly kind: PersonalDataKind;
  /** How sure it is, from 0 to 1. */
  readonly score: number;
}

/** One form in which a kind is written. */
export interface PersonalDataPattern {
  /** Global. Where it has a group `found`, that is what is found, and it has the flag `d`. */
  readonly regex: RegExp;
  /** How sure it is without a word about it, from 0 to 1. */
  readonly score: number;
  /** Whether its digits and names fit together: checksum, ranges. Default: always. */
  readonly check?: (found: string) => boolean;
  /** The part of what is found that counts, as offsets in it; undefined: nothing. Default: all of it. */
  readonly narrow?: (found: string) => Stretch | undefined;
}

/** How a kind of personal data is found: by form, by checks, and by the words around it. */
export interface Recogniser {
  /** A text that does not match it holds nothing of the kind: a quick look before the slow ones. */
  readonly needs: RegExp;
  readonly patterns: readonly PersonalDataPattern[];
  /** Words near a match that make it likelier. */
  readonly context?: RegExp;
  /** Words just before a match that make it less likely, as of an order number. */
  readonly against?: RegExp;
}
