const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

// What a terminal draws two columns wide: emoji, and East Asian writing but for its half-width forms.
const wideWriting =
  /^(?![\uFF61-\uFFDC])[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const emoji = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation})/v;

function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function widthOfCharacter(character: string): number {
  return wideWriting.test(character) || emoji.test(character) ? 2 : 1;
}

/** How many columns of a terminal a line of text takes. */
export function widthOf(text: string): number {
  return charactersOf(text).reduce((width, character) => width + widthOfCharacter(character), 0);
}

/** A line of text, cut to so many columns of a terminal: an ellipsis stands for what is cut off, and no character is halved. */
export function cutToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= widthOfCharacter(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
