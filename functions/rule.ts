import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

export function register(app: App): void {
  host.http('rule', {
    methods: ['GET', 'HEAD'],
    authLevel: levelForPeople(app.context.env),
    route: 'rules/{family}/{rule}',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onRule } = await import('../shared/service/on-rule.ts');
        return onRule(app, request);
      }),
  });
}
