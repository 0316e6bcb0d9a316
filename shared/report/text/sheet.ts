import type { Colour, Paint } from './paint.ts';
import { pad, wrap } from './width.ts';

/** What every part of the report on a terminal is written on. */
export interface Sheet {
  /** Columns of headings and bars: 40 to 120. */
  readonly width: number;
  /** Columns of sentences; longer lines are hard to read. */
  readonly prose: number;
  /** Columns of the table of clusters, which gains from every one of them: 40 to 200. */
  readonly table: number;
  readonly paint: Paint;
  /** What starts this tool, as it is typed. */
  readonly command: string;
}

/** Prose below an indent, in a colour; nothing for an empty text. */
export function indented(
  text: string,
  indent: number,
  { paint, prose }: Sheet,
  colour?: Colour,
): readonly string[] {
  return wrap(text, prose - indent).map((line) => ' '.repeat(indent) + paint(colour, line));
}

/** The same behind an arrow, for the reason of what stands above. */
export function reasonLines(
  text: string,
  indent: number,
  sheet: Sheet,
  colour: Colour,
): readonly string[] {
  return wrap(text, sheet.prose - indent - 2).map(
    (line, at) => `${' '.repeat(indent)}${at === 0 ? '↳ ' : '  '}${sheet.paint(colour, line)}`,
  );
}

/** Column at which what belongs to a finding starts, and what follows its labels. */
export const margin = 12;
const labelWidth = 11;

/** `cause      basic-single-vm-set`, wrapped under its own start. */
export function labelledLines(name: string, text: string, sheet: Sheet): readonly string[] {
  if (text === '') return [];
  return wrap(text, sheet.prose - labelMargin.length).map(
    (line, at) => (at === 0 ? rowLabel(name, sheet) : labelMargin) + line,
  );
}

/** The name of what follows, filled up to the column where that starts. */
export function rowLabel(name: string, { paint }: Sheet): string {
  return ' '.repeat(margin) + paint('dim', pad(name, labelWidth));
}

export const labelMargin = ' '.repeat(margin + labelWidth);
