import { formats, mediaTypesOf, type Format } from './formats.ts';

const longestHeader = 2_000;

interface MediaRange {
  readonly type: string;
  readonly quality: number;
  readonly at: number;
}

/** How well a range fits a format: by its very type, by `text/*`, by `*` alone. */
interface Fit {
  readonly format: Format;
  readonly quality: number;
  readonly precision: number;
  readonly at: number;
}

/**
 * The format that an `Accept` header asks for, by RFC 9110: the most precise range decides over a
 * format, the largest q over all; then the more precise wish, then the one named first, then HTML.
 * @returns `undefined` where nothing that the reader accepts can be given (406).
 */
export function formatOfAccept(accept: string | undefined | null): Format | undefined {
  const header = (accept ?? '').trim();
  const ranges = parseRanges(header === '' ? '*/*' : header.slice(0, longestHeader));
  const fits = formats.flatMap((format) => fitOf(format, ranges) ?? []);
  return fits
    .filter((fit) => fit.quality > 0)
    .toSorted((a, b) => b.quality - a.quality || b.precision - a.precision || a.at - b.at)[0]
    ?.format;
}

function fitOf(format: Format, ranges: readonly MediaRange[]): Fit | undefined {
  const types = mediaTypesOf(format);
  const fits = ranges.flatMap(({ type, quality, at }): readonly Fit[] => {
    const precision = precisionOf(type, types);
    return precision === 0 ? [] : [{ format, quality, precision, at }];
  });
  return fits.toSorted(
    (a, b) => b.precision - a.precision || b.quality - a.quality || a.at - b.at,
  )[0];
}

function precisionOf(range: string, types: readonly string[]): number {
  if (types.includes(range)) return 3;
  if (range === '*/*' || range === '*') return 1;
  const main = types[0]?.replace(/\/.*$/u, '/*');
  return range === main ? 2 : 0;
}

function parseRanges(header: string): readonly MediaRange[] {
  return header.split(',').flatMap((part, at) => {
    const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
    return type === '' ? [] : [{ type, quality: qualityOf(parameters), at }];
  });
}

/** `q=0.5`; 1 where it is missing, 0 where it is no number of 0 to 1. */
function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((each) => /^q\s*=/u.test(each));
  if (given === undefined) return 1;
  const text = given.slice(given.indexOf('=') + 1).trim();
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/u.test(text) ? Number(text) : 0;
}
