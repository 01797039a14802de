import { choices, defineError, listed } from "./error-definition.ts";

export const cliErrors = {
  CLI_USAGE: defineError<{ problem: string; help: string }>({
    status: 400,
    meaning: "The command line names an unknown verb or option, or lacks an argument.",
    message: (d) => d.problem,
    remedy: (d) => `See: ${d.help}`,
  }),
  CLI_OPTION_OF_RECIPE: defineError<{ option: string; path: string }>({
    status: 400,
    meaning: "train was given an option that is a value of the recipe.",
    message: (d) => `unknown option '${d.option}': train takes such values from the recipe`,
    remedy: (d) => `Set it there, or for this run by --set ${d.path}=<value>.`,
  }),
  CLI_OPTION_INVALID: defineError<{ option: string; rule: string; got: string; nearest?: string }>({
    status: 400,
    meaning: "The value of a command-line option breaks its rule.",
    message: (d) => `${d.option}: must be ${d.rule}, got "${d.got}"`,
    remedy: (d) =>
      d.nearest === undefined ? "Run the command again with another value." : `Perhaps "${d.nearest}" was meant.`,
  }),
  CLI_FILE_NOT_FOUND: defineError<{ path: string; problem: string }>({
    status: 404,
    meaning: "A file that the command line names does not exist or cannot be read.",
    message: (d) => `${d.path}: ${d.problem}`,
    remedy: "Check the path; it is relative to the folder in which the command runs.",
  }),
  CLI_FORMAT_UNKNOWN: defineError<{ path: string; extension: string; known: readonly string[] }>({
    status: 400,
    meaning: "The extension of a file on the command line tells no format that the verb reads or writes.",
    message: (d) =>
      `${d.path}: ${d.extension === "" ? "a file name without an extension" : `extension "${d.extension}"`} tells no format; known: ${choices(d.known)}`,
    remedy: "Name a file with one of the known extensions.",
  }),
  CLI_COLUMN_MISSING: defineError<{ path: string; column: string; option: string; available: readonly string[] }>({
    status: 400,
    meaning: "A column that a command-line option names, or that it stands for by default, is not in the file.",
    message: (d) => `${d.path}: no column "${d.column}"; the file has ${listed(d.available)}`,
    remedy: (d) => `Name one of them with ${d.option}.`,
  }),
  CLI_TABLE_WITHOUT_TEXT: defineError<{ path: string; columns: readonly string[] }>({
    status: 400,
    meaning:
      "init was given a table in which nothing can be predicted: no column holds text, and none has others beside it.",
    message: (d) =>
      `${d.path}: no column holds text, only numbers, dates or few values that repeat: ${listed(d.columns, 6)}`,
    remedy:
      "Give a table with a text per row, or with the column to predict beside others; name it with --text, --label or --target <column>.",
  }),
  CLI_COLUMNS_UNCLEAR: defineError<{ path: string; role: string; available: readonly string[] }>({
    status: 400,
    meaning: "A look at the file does not tell which column holds the text or the label.",
    message: (d) => `${d.path}: cannot tell which column holds the ${d.role}; the file has ${listed(d.available)}`,
    remedy: (d) =>
      `Name it with --${d.role} <column>; where rows are something else than texts with labels, such as questions with answers or texts in two languages, name their columns as the documentation of the task does.`,
  }),
  CLI_INIT_UNKNOWN: defineError<{ got: string; tasks: readonly string[]; nearest?: string }>({
    status: 400,
    meaning: "The argument of init is neither a file that exists nor the name of a task.",
    message: (d) => `"${d.got}" is neither a file here nor a task; tasks: ${choices(d.tasks)}`,
    remedy: (d) =>
      d.nearest === undefined
        ? "Give the path of a CSV or JSON Lines file or of a folder of texts, the name of a task, or nothing for a sample."
        : `Perhaps "${d.nearest}" was meant.`,
  }),
  CLI_INPUT_MISSING: defineError<{ what: string; example: string }>({
    status: 400,
    meaning: "predict was given nothing: none on the command line, no file, nothing piped in, or one of a pair alone.",
    message: (d) => `no ${d.what} to predict of`,
    remedy: (d) => `Give it after the model (${d.example}), name a file with --file, or pipe it in.`,
  }),
  CLI_SEARCH_EMPTY: defineError<{ path: string; column: string }>({
    status: 400,
    meaning: "search was given a file without a text in the column that it reads.",
    message: (d) => `${d.path}: there is no text to search in the column "${d.column}"`,
    remedy: "Name the column that holds the texts with --column, or give another file.",
  }),
  CLI_OUTPUT_EXISTS: defineError<{ path: string }>({
    status: 409,
    meaning: "A file that the command would write exists already.",
    message: (d) => `${d.path}: exists already and was left as it is`,
    remedy: "Name another file, or overwrite it with --force.",
  }),
  CLI_OUTPUT_UNWRITABLE: defineError<{ path: string; problem: string }>({
    status: 400,
    meaning: "A file that the command is to write cannot be written.",
    message: (d) => `${d.path}: cannot be written: ${d.problem}`,
    remedy: "Choose a folder that exists, has space and may be written to.",
  }),
  CLI_OUTPUT_BUSY: defineError<{ path: string; pid: number }>({
    status: 409,
    meaning: "Another process is writing the same file of predictions.",
    message: (d) => `${d.path}: process ${d.pid} is writing it`,
    remedy: "Wait until it has finished, end it, or name another file.",
  }),
  CLI_OUTPUT_UNFINISHED: defineError<{ path: string; folder: string; differs: readonly string[] }>({
    status: 409,
    meaning: "An interrupted run to the same file predicted something else, so that this one cannot go on with it.",
    message: (d) => `${d.path}: ${d.folder} holds what an interrupted run has predicted, by ${d.differs.join(", ")}`,
    remedy: "Repeat that command to go on with it, or begin anew with --restart.",
  }),
  CLI_ROW_UNFIT: defineError<{ file: string; line?: number; problem: string; remedy: string }>({
    status: 400,
    meaning: "predict was given a file with a row that the model cannot read.",
    message: (d) => `${d.file}${d.line === undefined ? "" : `:${d.line}`}: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  CLI_CONFIRMATION_MISSING: defineError<{ what: string }>({
    status: 400,
    meaning: "A step that cannot be undone was asked for without --yes.",
    message: (d) => `${d.what} cannot be undone; nothing was done`,
    remedy: "Run the command again with --yes.",
  }),
};
