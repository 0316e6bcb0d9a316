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
  const url = secureUrl(reportUrl);
  // Rule pages stand beside the report; of another address it is not known where they are.
  const base = /^(.*\/)report\/?$/u.exec(url?.pathname ?? '')?.[1];
  return path === undefined || base === undefined ? undefined : `${url?.origin}${base}${path}`;
}

/** An address over which nobody listens in: https, or http of this machine; `undefined` for any other. */
export function secureUrl(address = ''): URL | undefined {
  const url = URL.parse(address);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  return url?.protocol === 'https:' || (isLocal && url?.protocol === 'http:') ? url : undefined;
}
