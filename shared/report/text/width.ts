/** Columns that text takes on a terminal, and what follows from them: cutting, padding, wrapping. */

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const plain = /^[\u0020-\u007E]*$/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a text without control characters: 2 for East Asian wide characters and emoji. */
export function columns(text: string): number {
  if (plain.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of segmenter.segment(text)) sum += columnsOf(segment);
  return sum;
}

function columnsOf(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return /^\p{M}+$/u.test(grapheme) ? 0 : 1;
}

/** At most `width` columns, with an ellipsis for what is gone. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width <= 0) return '';
  let result = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = columnsOf(segment);
    if (used + next > width - 1) break;
    result += segment;
    used += next;
  }
  return `${result}…`;
}

/** Cuts in the middle: both ends of a pod or node name tell it from its siblings. */
export function cutMiddle(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width < 8 || !plain.test(text)) return cut(text, width);
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Filled up with blanks to `width` columns; a longer text stays. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** Lines of at most `width` columns, broken between words; a longer word is broken inside. */
export function wrap(text: string, width: number): readonly string[] {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let line = '';
  // `100 %` stays together.
  for (let word of text.split(/ (?!%)/u)) {
    if (columns(line) + 1 + columns(word) <= room || line === '') {
      line = line === '' ? word : `${line} ${word}`;
    } else {
      lines.push(line);
      line = word;
    }
    while (columns(line) > room) {
      const head = cut(line, room + 1).slice(0, -1);
      lines.push(head);
      word = line.slice(head.length);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
