import { Template } from "@huggingface/jinja";
import { ModelwrightError } from "@modelwright/contracts";
import { withinTime } from "./within-time.ts";

/** A turn of a conversation. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, or what else a template knows. */
  readonly role: string;
  readonly content: string;
}

/** A token as these files write it. */
type NamedToken = string | { readonly content: string } | null;

/** The fields of a `tokenizer_config.json` that templates read; others are passed over. */
export interface ChatTemplateConfig {
  /** One template, or several by name, of which `default` is taken where none is asked for. */
  readonly chat_template?: string | readonly { readonly name: string; readonly template: string }[] | null;
  readonly bos_token?: NamedToken;
  readonly eos_token?: NamedToken;
  readonly pad_token?: NamedToken;
  readonly unk_token?: NamedToken;
}

export interface ChatTemplateOptions {
  /** Whether the text ends where the assistant's next turn begins. Default false. */
  readonly addGenerationPrompt?: boolean;
  /** Which of several templates. Default `default`. */
  readonly name?: string;
  /** What else a template reads: `{ enable_thinking: false }`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

const TOKENS = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;

/** A template comes with a model, so that it may be anybody's: it gets this long, in milliseconds. */
const TIME_LIMIT = 1000;
/** It may write this many characters beside the conversation, and the conversation a few times. */
const MAX_WRITTEN = 2 ** 20;
const MAX_TIMES = 8;

/**
 * A conversation as the one text that a model was trained on, by the Jinja template that was published with it. It holds the special tokens,
 * so that a tokenizer's `encode` reads it, not `read`.
 *
 * @see transformers' `apply_chat_template`, whose text it is.
 * @throws {ModelwrightError} `TOKENIZER_CHAT_TEMPLATE_MISSING`; `TOKENIZER_CHAT_TEMPLATE_FAILED` where the template cannot be read, refuses the
 *   conversation, takes more than a second, or writes a text without measure.
 */
export function applyChatTemplate(
  config: ChatTemplateConfig,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = false, name = "default", variables = {} }: ChatTemplateOptions = {},
): string {
  const source = chatTemplateOf(config, name);
  if (source === undefined) throw new ModelwrightError("TOKENIZER_CHAT_TEMPLATE_MISSING", { name });
  const tokens = TOKENS.flatMap((token) => {
    const value = config[token];
    return value === undefined || value === null ? [] : [[token, typeof value === "string" ? value : value.content]];
  });
  const items = {
    ...Object.fromEntries(tokens),
    ...variables,
    messages: messages.map((message) => ({ ...message })),
    add_generation_prompt: addGenerationPrompt,
  };
  try {
    const text = withinTime(TIME_LIMIT, () => parsed(source).render(items));
    const most = MAX_WRITTEN + MAX_TIMES * messages.reduce((sum, { content }) => sum + content.length, 0);
    if (text.length > most) throw new RangeError(`it writes ${text.length} characters, where ${most} would do`);
    return text;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ModelwrightError("TOKENIZER_CHAT_TEMPLATE_FAILED", { problem }, { cause });
  }
}

/** For models whose tokenizer has no template: turns under headings, an answer ended by the token that ends a text. */
export const PLAIN_CHAT_TEMPLATE = `{%- for message in messages %}
    {{- '### ' + message['role'] | capitalize + ':\\n' + message['content'] }}
    {{- eos_token if message['role'] == 'assistant' else '\\n\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '### Assistant:\\n' }}
{%- endif %}`;

/** The template of a name, where the configuration has it. */
export function chatTemplateOf({ chat_template: template }: ChatTemplateConfig, name = "default"): string | undefined {
  if (template === undefined || template === null) return undefined;
  if (typeof template === "string") return template;
  return template.find((one) => one.name === name)?.template;
}

let last: { readonly source: string; readonly template: Template } | undefined;

/** The template that was asked for last is kept: files of rows ask for one again and again. */
function parsed(source: string): Template {
  if (last?.source !== source) last = { source, template: new Template(source) };
  return last.template;
}
