import Negotiator from 'negotiator';
import { formats, mediaTypesOf, type Format } from '../../report/index.ts';

const longestHeader = 2_000;

/** Each format's own media type in the order of the formats, then the others that it goes by. */
const formatOfType: ReadonlyMap<string, Format> = new Map(
  formats
    .flatMap((format) =>
      mediaTypesOf(format).map((type, alias) => ({ type, format, alias: alias > 0 })),
    )
    .toSorted((a, b) => Number(a.alias) - Number(b.alias))
    .map(({ type, format }) => [type, format]),
);

/** `version=1.0.0` and the like, all but `q`: readers name versions of formats that have one here. */
const parameters = /;(?!\s*q\s*=)[^;,]*/giu;

/**
 * The format that an `Accept` header asks for, by RFC 9110; HTML where all are as welcome.
 * @returns `undefined` where nothing that the reader accepts can be given (406).
 */
export function formatOfAccept(accept: string | undefined | null): Format | undefined {
  const header = (accept ?? '').trim().slice(0, longestHeader).replaceAll(parameters, '');
  const reader = new Negotiator({ headers: { accept: header === '' ? '*/*' : header } });
  return formatOfType.get(reader.mediaType([...formatOfType.keys()]) ?? '');
}
