import { clean } from '../../clean.ts';
import { markup, type Markup } from '../markup.ts';
import { clip, type Font } from './text-width.ts';

/** Rounded to a tenth of a pixel: shorter, and the same on every machine. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle with round corners; `kind` = its classes. */
export function box({ x, y, width, height }: Area, kind: string, radius = 6): Markup {
  return markup`<rect class="${kind}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="${radius}"/>`;
}

export interface Label extends Partial<Font> {
  readonly x: number;
  /** Of the base line. */
  readonly y: number;
  readonly text: string;
  /** Room; a longer text is cut and has its whole in a title. */
  readonly width: number;
  readonly kind?: string;
  readonly end?: boolean;
}

/** A line of text that is cut to its room, with the whole as its title; nothing for an empty one. */
export function label({ x, y, text, width, size = 11.5, bold = false, kind, end }: Label): Markup {
  if (clean(text) === '') return markup``;
  const shown = clip(text, width, { size, bold });
  const classes = [kind, bold ? 'b' : undefined].filter((each) => each !== undefined).join(' ');
  const whole = shown === clean(text) ? undefined : markup`<title>${text}</title>`;
  return markup`<text x="${px(x)}" y="${px(y)}" font-size="${px(size)}"${classes === '' ? undefined : markup` class="${classes}"`}${end === true ? markup` text-anchor="end"` : undefined}>${whole}${shown}</text>`;
}

/** The head of a column. */
export function head(x: number, text: string, width = 200): Markup {
  return label({ x, y: 12, text, width, size: 10, kind: 'head' });
}

/** Lines below one another, the first of them in bold. */
export function textLines(
  texts: readonly string[],
  { x, y, width, pitch, sizes: [large, small] = [11.5, 10] }: TextLines,
): readonly Markup[] {
  return texts.map((text, at) =>
    at === 0
      ? label({ x, y, text, width, size: large, bold: true, kind: 'name' })
      : label({ x, y: y + at * pitch, text, width, size: small, kind: 'dim' }),
  );
}

interface TextLines {
  readonly x: number;
  /** Of the first base line. */
  readonly y: number;
  readonly width: number;
  readonly pitch: number;
  /** Of the first line, and of the others. */
  readonly sizes?: readonly [number, number];
}

/** A link from left to right, level at both ends; as wide as its share. */
export function curve(
  from: readonly [number, number],
  to: readonly [number, number],
  kind: string,
  share: number,
): Markup {
  const middle = (from[0] + to[0]) / 2;
  const path = `M${px(from[0])} ${px(from[1])}C${px(middle)} ${px(from[1])} ${px(middle)} ${px(to[1])} ${px(to[0])} ${px(to[1])}`;
  return link(kind, path, share);
}

/** A straight link, as wide as its share. */
export function straight(
  from: readonly [number, number],
  to: readonly [number, number],
  kind: string,
  share: number,
): Markup {
  const path = `M${px(from[0])} ${px(from[1])}L${px(to[0])} ${px(to[1])}`;
  return link(kind, path, share);
}

function link(kind: string, path: string, share: number): Markup {
  const width = 1.5 + 7 * Math.min(1, Math.max(0, share));
  return markup`<path class="${kind}" d="${path}" stroke-width="${px(width)}"/>`;
}

/** A small cross: here the connections end. */
export function cross(x: number, y: number): Markup {
  return markup`<path class="cross" d="M${px(x - 4)} ${px(y - 4)}l8 8m0 -8l-8 8"/>`;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly share: number;
  /** Share of the whole width. */
  readonly scale: number;
  readonly kind: string;
  /** What every ready pod would have if all had the same. */
  readonly fair?: number;
  /** Its height; 12 unless given. */
  readonly thick?: number;
}

/** A bar over its track around `y`, with a tick at the fair share. */
export function bar({ x, y, width, share, scale, kind, fair, thick = 12 }: Bar): Markup {
  const length = share <= 0 ? 0 : Math.max(2, Math.min(1, share / scale) * width);
  const tick = fair === undefined || fair > scale ? undefined : x + (fair / scale) * width;
  return markup`${box({ x, y: y - thick / 2, width, height: thick }, 'track', 3)}${
    length === 0 ? undefined : box({ x, y: y - thick / 2, width: length, height: thick }, kind, 3)
  }${tick === undefined ? undefined : markup`<path class="fair" d="M${px(tick)} ${px(y - 9)}v18"/>`}`;
}
