/** How a page sets text apart; without colour the text alone. */
export type Mark = (kind: 'bold' | 'code' | 'dim', text: string) => string;

interface TextPiece {
  readonly kind?: 'bold' | 'code';
  readonly text: string;
}
type Word = readonly TextPiece[];
/** Words of one line, as they are shown with a blank between them. */
export type PageLine = readonly Word[];

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https?:[^)]+)\)/gu;

/** The words of a Markdown text: code spans and emphasis without their marks, links as text and address. */
export function pageWords(text: string): readonly Word[] {
  const words: TextPiece[][] = [[]];
  const add = (piece: TextPiece): void => {
    for (const [at, part] of piece.text.split(' ').entries()) {
      if (at > 0) words.push([]);
      if (part !== '') words.at(-1)?.push({ ...piece, text: part });
    }
  };
  let end = 0;
  for (const { 0: all, 1: code, 2: bold, 3: label, 4: address, index } of text.matchAll(marks)) {
    add({ text: text.slice(end, index) });
    if (code !== undefined) add({ kind: 'code', text: code });
    else if (bold !== undefined) add({ kind: 'bold', text: bold });
    else add({ text: `${label} (${address})` });
    end = index + all.length;
  }
  add({ text: text.slice(end) });
  return words.filter((word) => word.length > 0);
}

/** Characters of a line, blanks between its words included. */
export function lengthOf(words: PageLine): number {
  return Math.max(
    0,
    words.reduce((sum, word) => sum + wordLength(word) + 1, -1),
  );
}

/** Characters of a word. */
export function wordLength(word: Word): number {
  return word.reduce((sum, { text }) => sum + text.length, 0);
}

/** Lines of at most `width` characters, broken between words; a longer word is broken inside. */
export function wrapWords(words: readonly Word[], width: number): readonly PageLine[] {
  const lines: Word[][] = [[]];
  for (const word of words.flatMap((each) => broken(each, width))) {
    const line = lines.at(-1) ?? [];
    if (line.length > 0 && lengthOf(line) + 1 + wordLength(word) > width) lines.push([word]);
    else line.push(word);
  }
  return lines;
}

function broken(word: Word, width: number): readonly Word[] {
  if (wordLength(word) <= width) return [word];
  return word.flatMap(({ text, ...kind }) =>
    Array.from({ length: Math.ceil(text.length / width) }, (_each, at) => [
      { ...kind, text: text.slice(at * width, (at + 1) * width) },
    ]),
  );
}

/** The line as text, with what `mark` sets apart. */
export function shownLine(line: PageLine, mark: Mark): string {
  return line
    .map((word) =>
      word.map(({ kind, text }) => (kind === undefined ? text : mark(kind, text))).join(''),
    )
    .join(' ');
}
