import { secureUrl } from '../report/rule-link.ts';

/**
 * The address of a page of the report. Only configuration gives the base, and neither its query (a
 * function key would be in it) nor a user part comes along. `undefined` where the base is no https
 * address; plain http only for this machine, as in `npm start`.
 */
export function reportLink(
  base: string | undefined,
  query: Readonly<Record<string, string>>,
): string | undefined {
  const url = secureUrl(base);
  if (url === undefined) return undefined;
  const parts = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const link = `${url.origin}${url.pathname}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
  return link.length <= 3000 ? link : undefined;
}

/** Letters, digits, `-`, `.` and `_` stay; nothing that any parser of messages could take for its own. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*~]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
