import type { Recogniser, Stretch } from "../recogniser.ts";

/** A word of a name: Anna, O'Brien, Jean-Luc, McDonald, J. */
const WORD = "(?:\\p{Lu}(?:['’]\\p{Lu})?(?:\\p{Ll}+(?:['’-]?\\p{Lu}\\p{Ll}+)*)|\\p{Lu}\\.)";
const PARTICLE = "(?:(?:van|von|der|den|de|del|di|da|dos|la|le|bin|ibn|al|el|zu|ten) ){0,2}";
const ONE = `${WORD}(?: ${PARTICLE}${WORD}){0,3}`;
const SEVERAL = `${WORD}(?: ${PARTICLE}${WORD}){1,3}`;

/** Capitalised words that stand where a name may stand and are none. */
const NO_NAME =
  /^(?:The|This|That|These|Those|A|An|I|We|You|He|She|It|They|My|Your|Our|His|Her|Their|All|Any|Sir|Madam|Sirs|Team|Support|Customer|Customers|Service|Services|Sales|Billing|Hiring|Manager|Managers|Mr|Mrs|Ms|Dr|Prof|Friend|Friends|Colleague|Colleagues|Member|Members|User|Users|Guest|Guests|Client|Clients|Valued|Everyone|Editor|Parents|Students|Hello|Hi|Hey|Thanks|Thank|Please|Not|Yes|No|New|North|South|East|West|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December|English|German|French|Chinese|American|British|Spanish|Italian|Google|Microsoft|Amazon|Apple|Office|Windows|Department|Company|Bank|University|Committee|Board|Council|Human|Resources|Technical|Help|Desk|Order|Unknown|None|Santa|Great|Premium|Basic|Street|Road|Avenue|Lane)$/;

/** Cuts a name before a word that is none. */
function nameIn(found: string): Stretch | undefined {
  const words = found.split(" ");
  const stop = words.findIndex((word) => NO_NAME.test(word.replace(/\.$/, "")));
  const kept = stop === -1 ? found : words.slice(0, stop).join(" ");
  return kept.length < 2 ? undefined : { start: 0, end: kept.length };
}

function western(before: string, words: string, behind = ""): RegExp {
  return new RegExp(`${before}(?<found>${words})(?![\\p{L}\\d])${behind}`, "dgu");
}

/** The commonest family names of China, those of two characters first. */
const FAMILY =
  "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边])";
const GIVEN = "[\\p{Script=Han}]{1,2}";
const END =
  "(?=$|[^\\p{Script=Han}]|[的是在住说称需要请想没未已因被把将投办诉和与于来]|今年|电话|手机|身份证|邮箱|先生|女士|小姐|老师)";

function chinese(before: string, words: string, behind: string): RegExp {
  return new RegExp(`${before}(?<found>${words})${behind}`, "dgu");
}

/** Names of persons, where the words around say that one stands there; a name alone is not found. */
export const NAME: Recogniser = {
  needs: /\p{Lu}\p{Ll}|\p{Script=Han}{2}/u,
  patterns: [
    {
      regex: western("(?<!\\p{L})(?:Mrs?|Ms|Mx|Miss|Dr|Prof|Professor|Sir|Frau|Herr|Mme|Sra?)\\.? ", ONE),
      score: 0.8,
      narrow: nameIn,
    },
    { regex: western("(?<!\\p{L})(?:Mr|Dr)s?\\.? and (?:Mrs|Dr|Mr)\\.? ", ONE), score: 0.8, narrow: nameIn },
    {
      regex: western(
        "(?<!\\p{L})(?:[Mm]y (?:full |legal )?name is|[Ii] am called|[Nn]ame's|[Mm]y name's|(?:is|was|are) (?:named|called)|goes by) ",
        ONE,
      ),
      score: 0.8,
      narrow: nameIn,
    },
    {
      regex: western(
        "(?<!\\p{L})(?:[Ff]ull |[Ff]irst |[Ll]ast |[Cc]ustomer |[Pp]atient |[Ee]mployee |[Cc]ontact |[Cc]lient |[Uu]ser |[Aa]ccount )?(?:[Nn]ame|[Cc]ontact|[Ss]urname|[Ss]igned|[Aa]ttn|[Cc]ardholder|[Bb]eneficiary|[Rr]ecipient|[Ss]ender|[Aa]ccount holder|[Pp]atient|[Ee]mployee|[Pp]assenger|[Gg]uest): ?",
        ONE,
      ),
      score: 0.7,
      narrow: nameIn,
    },
    {
      regex: western(
        "(?<!\\p{L})(?:I am|I'm|I’m|[Tt]his is|[Ii]t's|[Hh]ere is) ",
        SEVERAL,
        "(?! (?:Street|Road|Inc|Ltd|GmbH|Bank|Company))",
      ),
      score: 0.6,
      narrow: severalIn,
    },
    {
      regex: western("(?<!\\p{L})[Tt]his is ", ONE, "(?= (?:speaking|calling|from|writing|here)\\b)"),
      score: 0.7,
      narrow: nameIn,
    },
    {
      regex: western("(?<!\\p{L})(?:Dear|Hello|Hi|Hey|Good morning|Good afternoon),? ", ONE, "(?=[,:!.]| ?$|\\n)"),
      score: 0.6,
      narrow: nameIn,
    },
    {
      regex: western(
        "(?:[Rr]egards|[Ss]incerely|[Ss]incerely yours|[Yy]ours (?:truly|faithfully|sincerely)|[Cc]heers|[Bb]est(?: wishes)?|[Tt]hank(?:s| you)),\\s{1,3}",
        ONE,
        "(?=\\s*$|[,.\\n])",
      ),
      score: 0.6,
      narrow: nameIn,
    },
    {
      regex: western(
        "(?<!\\p{L})(?:(?:ask|asking) for|(?:speak|spoke|talk|talked|met|meeting|appointment) (?:to|with)|on behalf of|signed by|reported by|written by|submitted by|assigned to|addressed to|issued to|registered to|belongs to|contact|email|call|payable to|[Pp]atient|[Cc]ustomer|[Ee]mployee|[Cc]lient|[Pp]assenger|[Tt]enant|[Cc]olleague|[Nn]eighbou?r|[Hh]usband|[Ww]ife|[Ss]on|[Dd]aughter|[Bb]rother|[Ss]ister|[Mm]other|[Ff]ather|[Ff]riend|[Dd]octor|[Nn]urse|[Tt]eacher|[Ll]awyer|[Mm]anager),? ",
        SEVERAL,
      ),
      score: 0.6,
      narrow: severalIn,
    },
    {
      regex: western(
        "(?<!\\p{L})",
        SEVERAL,
        "(?=(?:['’]s (?:phone|email|e-mail|address|passport|account|number|card|birthday|medical|salary|social)| \\(?(?:born|aged)\\b| lives (?:at|in|on)\\b| was born\\b|,? (?:date of birth|DOB|SSN|passport|residing at)\\b|, (?:\\d\\d, (?:of|from)\\b)))",
      ),
      score: 0.6,
      narrow: severalIn,
    },
    {
      regex: chinese("(?:我叫|我的名字(?:叫|是)|名字叫|姓名(?:是|为)?[：:]? ?|名叫|叫做)", `${FAMILY}${GIVEN}`, END),
      score: 0.85,
    },
    {
      regex: chinese(
        "(?:我是|这是|本人|署名|签名|落款)[：:]? ?",
        `${FAMILY}${GIVEN}`,
        "(?=$|[^\\p{Script=Han}]|的|来自|住在|，)",
      ),
      score: 0.6,
    },
    {
      regex: chinese(
        "(?:联系人|收件人|收货人|寄件人|申请人|患者|病人|客户|用户|乘客|户主|持卡人|开户名|户名|负责人|经办人|投保人|员工|学生|同事|邻居|请找|请联系|联系一下|致|法人|嫌疑人|当事人|原告|被告|房东|租客|丈夫|妻子|儿子|女儿)(?:是|为)?[：: ]?",
        `${FAMILY}${GIVEN}`,
        END,
      ),
      score: 0.65,
    },
    {
      regex: chinese(
        "(?<!\\p{Script=Han}|位)",
        `${FAMILY}${GIVEN}`,
        "(?=[，,]?(?:身份证号?|的身份证|的?电话(?:是|号)?|的?手机号?(?:是|码)?|的?住址|的?护照号?|的?邮箱|的?银行卡|，男|，女|,男|,女))",
      ),
      score: 0.65,
    },
    {
      regex: chinese(
        "(?<![各诸两几])",
        `${FAMILY}${GIVEN}`,
        "(?=先生|女士|小姐|老师|医生|大夫|教授|同学|师傅|阿姨|律师|经理|主任)",
      ),
      score: 0.6,
      narrow: behindVerb,
    },
    {
      regex: chinese("(?<![各诸两几])", FAMILY, "(?=先生|女士|小姐|老师|医生|大夫|教授|师傅|阿姨|律师|经理|主任)"),
      score: 0.55,
    },
  ],
};

function severalIn(found: string): Stretch | undefined {
  const name = nameIn(found);
  return name === undefined || !found.slice(0, name.end).includes(" ") ? undefined : name;
}

/** Characters that end a word before a title, as in 高级经理, where no name does. */
const IN_WORDS = /[级品务售程部区总理任学业门目场术财政行店客产项司公本每该]/u;

function behindVerb(found: string): Stretch | undefined {
  return IN_WORDS.test(found) ? undefined : { start: 0, end: found.length };
}
