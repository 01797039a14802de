import { type ColumnSketch, MOST_LABELS, type TableSketch } from "./column-sketches.ts";
import type { Role } from "./roles.ts";

/** How good a column is for a role: 0 for not at all. */
type Score = (column: ColumnSketch, rows: number) => number;

const TEXT_NAMES = either(
  /^(text|body|message|msg|content|sentence|question|query|utterance|review|comment|description|mail|email|ticket|document|tweet|post|title|subject|summary)s?$/i,
  /^(文本|正文|内容|原文|文章|句子|评论|评价|问题|提问|标题|消息|描述)$/,
);
const LABEL_NAMES = either(
  /^(label|category|class|intent|queue|target|sentiment|topic|tag|type|department|department_name|team|y|rating|priority|status)s?$/i,
  /^(标签|类别|分类|类型|意图|情感|主题|部门|状态|优先级)$/,
);
const LABELS_NAMES = /^(labels|tags|topics|genres|categories|classes|intents|keywords|关键词)$/i;
const SPANS_NAMES = /^(spans|entities|annotations|ner|实体)$/i;
const TARGET_NAMES = either(
  /^(target|score|rating|stars|price|value|amount|grade|similarity|y)s?$/i,
  /^(评分|分数|得分|价格|金额|相似度)$/,
);
const OUTPUT_NAMES = either(
  /^(target|output|summary|summaries|highlights|abstract|translation|translated|rewritten|corrected|simplified|normali[sz]ed)(_?(text|sentence))?$/i,
  /^(摘要|总结|译文|翻译|改写|输出|目标)$/,
);
const POSITIVE_NAMES = either(
  /^(positive|answer|reply|response|passage|paraphrase|duplicate|relevant|document)(_?(text|sentence|passage|document))?$/i,
  /^(答案|回答|答复|回复|正例)$/,
);
const NEGATIVE_NAMES = either(
  /^((hard_?)?negative|irrelevant)(_?(text|sentence|passage|document))?(_?1)?$/i,
  /^(负例|反例)$/,
);
/** An answer beside a question is none: it is seldom known when the question comes. */
const SECOND_NAMES = either(
  /^(other|hypothesis|paraphrase|second([_ ]?text)?|(text|sentence|question|title|phrase|query|document|doc|s|q)[_ ]?[2b])$/i,
  /^((文本|句子|问题|标题)[_ ]?[2b二]|假设)$/i,
);
const SIMILARITY_NAMES = either(/^(similarity|relatedness|score|gold)(_?(score|label))?$/i, /^(相似度|分数|得分)$/);
const USER_NAMES = either(
  /^((user|customer|client|member|visitor|reader|viewer|buyer|account|session)s?|uid)([_ -]?(id|no|name))?$/i,
  /^(用户|用戶|客户|客戶|会员|會員|顾客|顧客)(_?(id|编号|編號))?$/i,
);
const ITEM_NAMES = either(
  /^((item|product|article|movie|film|book|song|track|artist|video|game|recipe|course|asin|sku|isbn)s?|iid)([_ -]?(id|no))?$/i,
  /^(商品|物品|产品|產品|电影|電影|图书|圖書|书|歌曲|课程|課程)(_?(id|编号|編號))?$/i,
);
const RATING_NAMES = either(/^(rating|stars?|score|grade)s?$/i, /^(评分|評分|打分|得分|星级|星級)$/);
const ID_NAMES = /(^|[_ -])(id|uuid|key|number|no)$/i;
const FILE_NAMES = {
  image: /^(image|picture|photo|img)(_?(path|file))?s?$/i,
  sound: /^(sound|audio|wav)(_?(path|file))?s?$/i,
};
const GROUP_NAMES = /^(group|thread|conversation|customer|user|author)(_?id)?$/i;
const TIME_NAMES = either(/^(time|timestamp|date|datetime|created(_at)?)$/i, /^(时间|時間|日期|时间戳|時間戳)$/);
const SPLIT_COLUMN_NAMES = /^(split|fold|partition|subset|set)$/i;

/** Names in English and in Chinese. */
function either(...names: readonly RegExp[]): RegExp {
  return new RegExp(names.map(({ source }) => source).join("|"), "i");
}

const SCORES: Readonly<Record<Role, Score>> = {
  text: textScore,
  label: labelScore,
  labels: ({ name, filled }) => (filled > 0 && LABELS_NAMES.test(name) ? 1 : 0),
  // A sketch does not count lists, so that the name alone tells.
  spans: ({ name }) => (SPANS_NAMES.test(name) ? 1 : 0),
  target: targetScore,
  output: namedText(OUTPUT_NAMES),
  positive: namedText(POSITIVE_NAMES),
  negative: namedText(NEGATIVE_NAMES),
  second: namedText(SECOND_NAMES),
  similarity: ({ name, filled, numbers }) => (filled > 0 && numbers === filled && SIMILARITY_NAMES.test(name) ? 1 : 0),
  user: named(USER_NAMES),
  item: named(ITEM_NAMES),
  rating: ({ name, filled, numbers }) => (filled > 0 && numbers === filled && RATING_NAMES.test(name) ? 1 : 0),
  image: named(FILE_NAMES.image),
  sound: named(FILE_NAMES.sound),
  group: named(GROUP_NAMES),
  time: named(TIME_NAMES),
  split: named(SPLIT_COLUMN_NAMES),
  id: ({ name, counts, filled }) => (filled > 0 && ID_NAMES.test(name) && counts.size === filled ? 1 : 0),
};

/**
 * Guesses which column has a role by names and values: texts are the longest values, labels few values that
 * repeat.
 *
 * @param taken Columns that have another role.
 * @returns `undefined` where no column looks like it; the earlier one where two look alike.
 */
export function guessColumn(
  role: Role,
  { columns, rows }: TableSketch,
  taken: readonly (string | undefined)[] = [],
): string | undefined {
  let winner: string | undefined;
  let highest = 0;
  for (const column of columns) {
    const score = taken.includes(column.name) ? 0 : SCORES[role](column, rows);
    if (score <= highest) continue;
    winner = column.name;
    highest = score;
  }
  return winner;
}

function named(names: RegExp): Score {
  return ({ name, filled }) => (filled > 0 && names.test(name) ? 1 : 0);
}

/** A column that is called so, and holds something else than numbers. */
function namedText(names: RegExp): Score {
  return ({ name, filled, numbers }) => (filled > numbers && names.test(name) ? 1 : 0);
}

/** With so many rows texts differ: a column of few values is one of categories, though they may have several words. */
const MOST_CATEGORIES = 200;
const ROWS_PER_CATEGORY = 10;
const VALUES_LOOKED_AT = 50;

/** Whether the values of a column repeat as those of a category do. */
function isCategory({ filled, counts }: ColumnSketch): boolean {
  return counts.size <= MOST_CATEGORIES && filled >= ROWS_PER_CATEGORY * counts.size;
}

/** Whether most of the first values have letters side by side, as dates and codes do not. */
function hasWords({ counts }: ColumnSketch): boolean {
  const first = [...counts.keys()].slice(0, VALUES_LOOKED_AT);
  return 2 * first.filter((value) => /\p{L}{2}/u.test(value)).length > first.length;
}

/**
 * Mean words of a value, with a bonus for a telling name; texts have letters and more than one word, or such
 * a name, and seldom repeat.
 */
function textScore(column: ColumnSketch): number {
  const { name, filled, words, characters, numbers, counts } = column;
  if (filled === 0 || numbers === filled || !hasWords(column)) return 0;
  const telling = TEXT_NAMES.test(name);
  if (!telling && isCategory(column)) return 0;
  const meanWords = words / filled;
  const spaceless = [...counts.keys()]
    .slice(0, VALUES_LOOKED_AT)
    .some((value) => /[\p{Script=Han}\p{Script=Thai}\p{Script=Hiragana}]/u.test(value));
  if (!telling && !spaceless && meanWords < 2) return 0;
  if (LABEL_NAMES.test(name)) return 0;
  return (spaceless ? characters / filled / 2 : meanWords) * (telling ? 10 : 1);
}

/** Higher for fewer values that repeat more often, with a bonus for a telling name. */
function labelScore({ name, filled, counts, characters }: ColumnSketch, rows: number): number {
  const telling = LABEL_NAMES.test(name);
  if (filled === 0 || counts.size > MOST_LABELS || ID_NAMES.test(name)) return 0;
  const repeats = 1 - counts.size / filled;
  const short = 1 / (1 + characters / filled / 40);
  if (!telling && (repeats < 0.5 || counts.size < 2)) return 0;
  return (0.01 + repeats) * short * (filled / rows) * (telling ? 10 : 1);
}

/** Columns of numbers alone, with a bonus for a telling name and for many different ones. */
function targetScore({ name, filled, numbers, counts }: ColumnSketch): number {
  if (filled === 0 || numbers < filled || counts.size < 2 || ID_NAMES.test(name)) return 0;
  return (TARGET_NAMES.test(name) ? 10 : 1) * (0.1 + counts.size / filled);
}
