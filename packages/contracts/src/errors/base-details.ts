/** What says which value of a recipe names a pretrained model. */
export interface BaseDetails {
  readonly base: string;
  /** Its path; default: model.base. */
  readonly at?: string;
}

export function placeOf({ at = "model.base" }: Pick<BaseDetails, "at">): string {
  return at;
}
