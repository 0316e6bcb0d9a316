import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

export function register(app: App): void {
  host.http('preflight', {
    methods: ['GET'],
    authLevel: levelForPeople(app.context.env),
    route: 'preflight',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onPreflight } = await import('../shared/service/on-preflight.ts');
        return await onPreflight(app, request);
      }),
  });
}
