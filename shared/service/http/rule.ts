import { rulePage } from '../../audit/own-files.ts';
import { htmlPolicy, renderNoRule, renderRulePage } from '../../report/index.ts';
import { allRules, nearest } from '../../rules/index.ts';
import { answerText, refuse, withEtag, type HttpRequest, type HttpResponse } from './response.ts';

const html = 'text/html; charset=utf-8';
const policy = { 'content-security-policy': htmlPolicy };

/** `GET /api/rules/{family}/{rule}`: the rule's page, or which rules come near; no run is read for it. */
export function ruleAnswer(request: HttpRequest): HttpResponse {
  const { family = '', rule = '' } = request.params;
  const wanted = `${family}/${rule}`.toLowerCase();
  const found = allRules.find(({ meta }) => meta.id === wanted);
  if (found === undefined) return noRule(request, wanted);
  const { id, title, severity } = found.meta;
  const page = renderRulePage({ id, title, severity, text: rulePage(id) });
  return withEtag(request, answerText(200, html, page, policy));
}

const longestName = 200;

/** A page for people, a line for programs. */
function noRule({ headers }: HttpRequest, wanted: string): HttpResponse {
  const ids = allRules.map(({ meta }) => meta.id);
  const name = wanted.slice(0, longestName);
  const [family = '', stem = ''] = name.split('/');
  const sameStem = ids.filter((id) => id.endsWith(`/${stem}`));
  const guess = nearest(name, ids);
  const near = [...new Set([...sameStem, ...(guess === undefined ? [] : [guess])])];
  const shown = near.length > 0 ? near : ids.filter((id) => id.startsWith(`${family}/`));
  if (headers.get('accept')?.includes('text/html') === true)
    return answerText(404, html, renderNoRule(name, shown), policy);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return refuse(404, 'no-such-rule', `unknown rule${hint}`);
}
