/** `traffic/starved-endpoints`: what may stand in an address as it is. */
const ruleId = /^[a-z][a-z0-9-]{0,62}\/[a-z][a-z0-9-]{0,126}$/u;

/**
 * Address of a rule's page, relative to the report's own address; `undefined` where the text is not a
 * rule's id.
 */
export function rulePath(rule: string): string | undefined {
  return ruleId.test(rule) ? `rules/${rule}` : undefined;
}

/**
 * The same as an absolute address.
 * @param reportUrl Address of `/api/report`, from configuration, as links in messages use it.
 */
export function ruleUrl(reportUrl: string | undefined, rule: string): string | undefined {
  const path = rulePath(rule);
  if (path === undefined || reportUrl === undefined || !URL.canParse(reportUrl)) return undefined;
  const { protocol, hostname, origin, pathname } = new URL(reportUrl);
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) return undefined;
  // Rule pages stand beside the report; of another address it is not known where they are.
  const base = /^(.*\/)report\/?$/u.exec(pathname)?.[1];
  return base === undefined ? undefined : `${origin}${base}${path}`;
}
