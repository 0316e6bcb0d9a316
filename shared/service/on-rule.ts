import type { HttpRequest, HttpResponse } from './http/response.ts';
import { refusePrincipal } from './http/principal.ts';
import { ruleAnswer } from './http/rule.ts';
import type { App } from './app.ts';

/** `GET /api/rules/{family}/{rule}` of this app. */
export function onRule(app: App, request: HttpRequest): HttpResponse {
  return refusePrincipal(request, app.context.env, 'Report.Read') ?? ruleAnswer(request);
}
