import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyChatTemplate, type ChatMessage, type ChatTemplateConfig } from "./chat-template.ts";

interface Fixture {
  readonly tokens: ChatTemplateConfig;
  readonly templates: Readonly<Record<string, string>>;
  readonly conversations: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly cases: readonly {
    readonly template: string;
    readonly conversation: string;
    readonly options: { readonly add_generation_prompt?: boolean; readonly enable_thinking?: boolean };
    readonly text: string;
  }[];
}

// What transformers makes of conversations (fixtures/chat-templates/make.py).
const { tokens, templates, conversations, cases }: Fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/chat-templates/chat-templates.json", import.meta.url), "utf8"),
);
const user = [{ role: "user", content: "Hi" }];

describe("applyChatTemplate", () => {
  test.each(cases)("gives transformers' text: $template, $conversation, $options", (one) => {
    const { add_generation_prompt: addGenerationPrompt = false, ...variables } = one.options;
    const config = { ...tokens, chat_template: templates[one.template]! };
    expect(applyChatTemplate(config, conversations[one.conversation]!, { addGenerationPrompt, variables })).toBe(
      one.text,
    );
  });

  test("takes one of several templates by its name, and tokens that are objects", () => {
    const config = {
      eos_token: { content: "</s>" },
      chat_template: [
        { name: "default", template: "{{ messages[0].content }}{{ eos_token }}" },
        { name: "loud", template: "{{ messages[0].content | upper }}" },
      ],
    };
    expect(applyChatTemplate(config, user)).toBe("Hi</s>");
    expect(applyChatTemplate(config, user, { name: "loud" })).toBe("HI");
    expect(() => applyChatTemplate(config, user, { name: "rag" })).toThrow(/no chat template "rag"/);
  });

  test("names a template that is missing, cannot be read, or refuses a conversation", () => {
    const failed = (chat_template: string) => expect(() => applyChatTemplate({ chat_template }, user));
    expect(() => applyChatTemplate({}, user)).toThrow(
      expect.objectContaining({ code: "TOKENIZER_CHAT_TEMPLATE_MISSING" }),
    );
    failed("{% for %}").toThrow(expect.objectContaining({ code: "TOKENIZER_CHAT_TEMPLATE_FAILED" }));
    failed("{{ raise_exception('roles must alternate') }}").toThrow(/roles must alternate/);
  });

  test("does not change the caller's messages", () => {
    const messages = [Object.freeze({ role: "user", content: "Hi" })];
    applyChatTemplate({ chat_template: "{% set messages = messages[1:] %}{{ messages | length }}" }, messages);
    expect(messages).toEqual(user);
  });

  test("refuses a text without measure, which no tokenizer would come to the end of", () => {
    const doubled = "{% for i in range(20) %}{% set ns.text = ns.text ~ ns.text %}{% endfor %}";
    const chat_template = `{% set ns = namespace(text='abcd') %}${doubled}{{ ns.text }}`;
    expect(() => applyChatTemplate({ chat_template }, user)).toThrow(/it writes 4194304 characters/);
    const long = [{ role: "user", content: "x".repeat(2 ** 21) }];
    expect(applyChatTemplate({ chat_template: "{{ messages[0].content }}" }, long)).toHaveLength(2 ** 21);
  });

  test("ends a template that runs for ever", () => {
    const chat_template = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}";
    expect(() => applyChatTemplate({ chat_template }, user)).toThrow(/timed out/);
  });
});
