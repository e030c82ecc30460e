// The sentences of the form, in the reader's language, from its template.

export class Phrases {
  constructor(readonly template: HTMLTemplateElement | undefined) {}

  say(word: string, values: Record<string, string> = {}): string {
    const sentence = this.template?.content.querySelector(`[data-word="${word}"]`)?.textContent?.trim() ?? word;
    return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  /** In the plural form that the language has for `n`. */
  count(word: string, n: number): string {
    const language = document.documentElement.lang || "en";
    const form = new Intl.PluralRules(language).select(n) === "one" ? "one" : "other";
    return this.say(`${word}.${form}`, { n: n.toLocaleString(language) });
  }
}
