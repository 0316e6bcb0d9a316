/**
 * The address of a page of the report. Only configuration gives the base, and neither its query (a
 * function key would be in it) nor a user part comes along. `undefined` where the base is no https
 * address; plain http only for this machine, as in `npm start`.
 */
export function reportLink(
  base: string | undefined,
  query: Readonly<Record<string, string>>,
): string | undefined {
  if (base === undefined || !URL.canParse(base)) return undefined;
  const { protocol, hostname, origin, pathname } = new URL(base);
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) return undefined;
  const parts = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const link = `${origin}${pathname}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
  return link.length <= 3000 ? link : undefined;
}

/** Letters, digits, `-`, `.` and `_` stay; nothing that any parser of messages could take for its own. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*~]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
