import type { HttpRequest, HttpResponse } from './http/response.ts';
import { refusePrincipal } from './http/principal.ts';
import { ruleAnswer } from './http/rule.ts';
import type { App } from './app.ts';

/** `GET /api/rules/{family}/{rule}` of this app. */
export function onRule(app: App, question: HttpRequest): HttpResponse {
  return refusePrincipal(question, app.context.env, 'Report.Read') ?? ruleAnswer(question);
}
