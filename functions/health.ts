import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

export function register(app: App): void {
  host.http('health', {
    methods: ['GET', 'HEAD'],
    authLevel: 'anonymous',
    route: 'health',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onHealth } = await import('../shared/service/on-health.ts');
        return await onHealth(app, logOf(context));
      }),
  });
}
