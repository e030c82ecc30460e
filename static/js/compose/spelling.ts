// The languages that spelling can be checked in: the reader's own first, then the usual ones.

const usual = ["ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh"];

export function languages(display: string): [string, string][] {
  const codes = [...new Set([...navigator.languages.filter((code) => /^[a-z]{2,3}(-[A-Z]{2})?$/.test(code)), ...usual])];
  const names = new Intl.DisplayNames([display || "en"], { type: "language" });
  return codes.map((code) => [code, names.of(code) ?? code]);
}
