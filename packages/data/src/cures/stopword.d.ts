/** Lists of stop words by ISO 639-3, as npm's `stopword` gives them. */
declare module "stopword" {
  const lists: Readonly<Record<string, readonly string[]>>;
  export = lists;
}
