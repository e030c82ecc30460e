// The few sentences that scripts say themselves. The page brings them in the reader's language:
//
//   <template id="words"><p data-word="offline">…</p><p data-word="new.one">{n} new message</p></template>

const english: Record<string, string> = {
  offline: "You are offline. What you do here is not lost; try again when you are back.",
  online: "You are back online.",
  unreachable: "The server did not answer. Nothing was changed. Try again.",
  refused: "That could not be done, so it was put back. Try again.",
  "password-wrong": "That password was not accepted. Try again.",
  "new.one": "{n} new message",
  "new.other": "{n} new messages",
  "moving.one": "{n} message",
  "moving.other": "{n} messages",
  "selected.one": "{n} selected",
  "selected.other": "{n} selected",
  nothing: "Nothing found.",
  unsent: "A message was not sent.",
};

export type Word = "offline" | "online" | "unreachable" | "refused" | "password-wrong" | "nothing" | "unsent";

export function say(word: Word): string {
  return find(word) ?? word;
}

/** A sentence with a number, in the plural form that the language has for it. */
export function count(word: "new" | "moving" | "selected", n: number): string {
  return numbered(n, (form) => find(`${word}.${form}`));
}

/** The same of sentences that stand elsewhere, by the name of the form. */
export function numbered(n: number, sentence: (form: string) => string | undefined): string {
  const language = document.documentElement.lang || "en";
  const own = sentence(new Intl.PluralRules(language).select(n)) ?? sentence("other") ?? "{n}";
  return own.replace("{n}", n.toLocaleString(language));
}

function find(word: string): string | undefined {
  const template = document.querySelector<HTMLTemplateElement>("template#words");
  return template?.content.querySelector(`[data-word="${word}"]`)?.textContent?.trim() || english[word];
}
