import type { LanguageName } from "#languages/language.ts";

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

// The form in which each convention names a parameter, written here a second time: the score must not ask the code that it scores.
const forms: Readonly<Record<LanguageName, (name: string) => string>> = {
  TypeScript: (name) => `@param ${name} - \\S`,
  JavaScript: (name) => `@param \\[?${name}(?:=[^\\]]*)?\\]? - \\S`,
  Python: (name) => `^\\s+${name}: \\S`,
  Go: (name) => `^//   - ${name}: \\S`,
  Rust: (name) => `^\\s*/// \\* \`${name}\` - \\S`,
  Java: (name) => `@param ${name} \\S`,
  C: (name) => `@param ${name} \\S`,
  "C++": (name) => `@param ${name} \\S`,
  "C#": (name) => `<param name="${name}">\\s*(?:///\\s*)?\\S`,
  Ruby: (name) => `@param ${name} \\S`,
  PHP: (name) => `@param \\S+ (?:\\.\\.\\.)?\\$${name} \\S`,
};

/** Whether a comment names a parameter in the form of its language's convention, with words for it. */
export function namesParameter(language: LanguageName, comment: string, name: string): boolean {
  return new RegExp(forms[language](escaped(name)), "mu").test(comment);
}
