import { clean } from '../../clean.ts';

/**
 * Widths of ' ' to '~' in hundredths of the font size, as in DejaVu Sans: of the fonts that a page
 * may get the widest, so that what fits by this table fits in all of them.
 */
const widths = [
  32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
  64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79,
  60, 79, 70, 64, 61, 73, 68, 99, 68, 61, 68, 39, 34, 39, 84, 50, 50, 61, 64, 55, 64, 62, 35, 64,
  63, 28, 28, 58, 28, 97, 63, 61, 64, 64, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
] as const;

const other = 105;
const bolder = 1.13;

export interface Font {
  readonly size: number;
  readonly bold?: boolean;
}

/** Pixels that a line of text takes at most. */
export function textWidth(text: string, { size, bold }: Font): number {
  let sum = 0;
  for (const point of text) sum += widths[(point.codePointAt(0) ?? 0) - 32] ?? other;
  return (sum / 100) * size * (bold === true ? bolder : 1);
}

/**
 * A string of a cluster cut to a width, in the middle: both ends of a pod's or node's name tell it
 * from its siblings.
 */
export function clip(text: string, width: number, font: Font): string {
  const points = Array.from(clean(text));
  const whole = points.join('');
  if (textWidth(whole, font) <= width) return whole;
  let kept = Math.min(points.length - 1, Math.floor(width / (font.size * 0.28)));
  while (kept > 0) {
    const head = Math.ceil(kept / 2);
    const short = `${points.slice(0, head).join('')}…${points.slice(points.length - (kept - head)).join('')}`;
    if (textWidth(short, font) <= width) return short;
    kept -= 1;
  }
  return '…';
}

/** A sentence on one line, or on two where it is wider; the second takes all that is left. */
export function twoLines(text: string, width: number, font: Font): readonly string[] {
  const words = clean(text).split(' ');
  let fit = words.length;
  while (fit > 1 && textWidth(words.slice(0, fit).join(' '), font) > width) fit -= 1;
  const rest = words.slice(fit).join(' ');
  return [words.slice(0, fit).join(' '), ...(rest === '' ? [] : [rest])];
}
