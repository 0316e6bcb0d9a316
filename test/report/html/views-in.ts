import { inflateRawSync } from 'node:zlib';

/** The pages that a file holds, by the address behind `#`. */
export function viewsIn(html: string): Readonly<Record<string, string>> {
  const packed = /id="views">([^<]*)/u.exec(html)?.[1] ?? '';
  return JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8')) as Record<
    string,
    string
  >;
}
