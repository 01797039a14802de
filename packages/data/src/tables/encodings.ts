/** An encoding that files have which are not UTF-8. */
interface Encoding {
  /** A label of the WHATWG Encoding Standard. */
  readonly label: string;
  /** Where it is written, for messages. */
  readonly name: string;
  /** Of each language that is written in it the commonest characters beyond ASCII. */
  readonly common: readonly string[];
  /** Bytes of a character beyond ASCII. Default 1. */
  readonly bytes?: 2;
  /** The share of characters beyond ASCII in such a text that are among them. Default 1. */
  readonly share?: number;
}

/** Quotes, dashes and signs that the encodings of Windows have beyond ASCII. */
const SIGNS = "‘’“”„–—…•€«»°§©®\u00a0";
const CYRILLIC = ["оеаинтсрвл", "оаінвтерис"];
const CENTRAL_EUROPEAN = ["ąćęłńóśźżĄĆŁÓŚŻ", "áéíýóúčďěňřšťůžČŠŽŘ", "áéíóöőúüűÁÉÖÜ", "ăâîşţșț"];
const SIMPLIFIED =
  "，。！？、的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心很房店酒差餐客";
const TRADITIONAL =
  "，。！？、的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心很房店酒差餐客";
const JAPANESE =
  "、。のにはをたがでてとしれさいるっりこもなかすまくよんだあうそきらつちおけえみどめーンスイルトラリクシアタレドロ";
const KOREAN =
  "이다는을의에가고하지도로기어한나리사아그자인있은대서를해시라들부일수정만장주여보게전원스니과상으것제습좋않";

/**
 * The encodings that are told apart, the likelier first. A new one is a row here.
 *
 * A label of ISO 8859-1 stands for windows-1252, as on the web.
 */
const ENCODINGS: readonly Encoding[] = [
  {
    label: "windows-1252",
    name: "Western European",
    common: ["äöüßÄÖÜé", "éèêàçùâîôûëïœÉÀ", "áéíóúñü¿¡", "ãõáéíóúâêôàç", "åäöæøéÅÄÖØ", "àèéìòù"],
  },
  { label: "windows-1250", name: "Central European", common: CENTRAL_EUROPEAN },
  { label: "iso-8859-2", name: "Central European", common: CENTRAL_EUROPEAN },
  { label: "windows-1254", name: "Turkish", common: ["ıişğüçöİŞÇÖÜ"] },
  { label: "windows-1251", name: "Cyrillic", common: CYRILLIC, share: 0.65 },
  { label: "koi8-u", name: "Cyrillic", common: CYRILLIC, share: 0.65 },
  { label: "ibm866", name: "Cyrillic", common: CYRILLIC, share: 0.65 },
  { label: "iso-8859-5", name: "Cyrillic", common: CYRILLIC, share: 0.65 },
  { label: "windows-1253", name: "Greek", common: ["αοιετσνηυρ"], share: 0.65 },
  { label: "windows-1255", name: "Hebrew", common: ["יוהלאשרתבמ"], share: 0.65 },
  { label: "windows-1256", name: "Arabic", common: ["اليمنوتره"], share: 0.65 },
  { label: "windows-874", name: "Thai", common: ["านรอกเงมย่ว้"], share: 0.55 },
  { label: "gb18030", name: "Chinese", bytes: 2, common: [SIMPLIFIED], share: 0.5 },
  { label: "big5", name: "traditional Chinese", bytes: 2, common: [TRADITIONAL], share: 0.5 },
  { label: "shift_jis", name: "Japanese", bytes: 2, common: [JAPANESE], share: 0.55 },
  { label: "euc-jp", name: "Japanese", bytes: 2, common: [JAPANESE], share: 0.55 },
  { label: "euc-kr", name: "Korean", bytes: 2, common: [KOREAN], share: 0.5 },
];

/**
 * Letters of Latin script stand among those of ASCII, and those of other scripts do not: what is otherwise is
 * no word of a language.
 */
const NO_WORDS = /[\u00aa-\u024f]{3,}|(?<=[a-z])[\u0370-\u0fff]+|[\u0370-\u0fff]+(?=[a-z])/gi;
const BEYOND_ASCII = /[^\p{ASCII}]/gu;
/** A later encoding must be so much likelier than an earlier one. */
const MARGIN = 1.1;

/**
 * Tells the encoding of text that is not UTF-8: in which the most characters beyond ASCII are common ones of a
 * language, and which has all of the bytes.
 *
 * @param sample Whole lines. A few words in another script are enough; of Western letters, which mean other
 *   letters in other encodings, it needs some.
 * @returns The first of the table, what Western spreadsheets save, where nothing speaks for another.
 */
export function guessEncoding(sample: Buffer): { readonly label: string; readonly name: string } {
  let best: { readonly label: string; readonly name: string } = ENCODINGS[0]!;
  let highest = 0;
  for (const encoding of possibleFor(sample)) {
    const likeness = likenessOf(encoding, sample);
    if (likeness <= highest * MARGIN) continue;
    best = encoding;
    highest = likeness;
  }
  return { label: best.label, name: best.name };
}

/** So many runs are all of even length by chance in one of 4,000 texts. */
const FEWEST_RUNS = 12;

/**
 * Names and categories hold few of a language's commonest characters, so that the bytes are asked first: where they
 * come in pairs throughout, two of them are a character.
 */
function possibleFor(sample: Buffer): readonly Encoding[] {
  let [runs, length] = [0, 0];
  for (const byte of sample) {
    if (byte >= 0x80) {
      length++;
      continue;
    }
    if (length % 2 === 1) return ENCODINGS;
    if (length > 0) runs++;
    length = 0;
  }
  const pairs = ENCODINGS.filter((encoding) => encoding.bytes === 2 && likenessOf(encoding, sample) > 0);
  return runs >= FEWEST_RUNS && pairs.length > 0 ? pairs : ENCODINGS;
}

function likenessOf({ label, common, share = 1 }: Encoding, sample: Buffer): number {
  let text: string;
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    // In one piece Node 20 decodes windows-1252 as ISO 8859-1.
    text = decoder.decode(sample, { stream: true }) + decoder.decode();
  } catch {
    return 0;
  }
  const counts = new Map<string, number>();
  let all = 0;
  for (const [character] of text.matchAll(BEYOND_ASCII)) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
    all++;
  }
  for (const [word] of text.matchAll(NO_WORDS)) {
    for (const character of word) counts.set(character, counts.get(character)! - 1);
  }
  if (all === 0) return 0;
  const shares = common.map((characters) => {
    const known = new Set([...characters, ...SIGNS]);
    let found = 0;
    for (const [character, count] of counts) if (known.has(character)) found += count;
    return found / (all * share);
  });
  return Math.min(1, Math.max(...shares));
}
