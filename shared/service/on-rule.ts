import type { HttpRequest, HttpResponse } from './http/response.ts';
import { refusePrincipal } from './http/principal.ts';
import { ruleAnswer } from './http/rule.ts';
import { appContext } from './app-context.ts';

/** `GET /api/rules/{family}/{rule}` of this app. */
export function onRule(question: HttpRequest): HttpResponse {
  return refusePrincipal(question, appContext().env, 'Report.Read') ?? ruleAnswer(question);
}
