import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

export function register(app: App): void {
  host.http('audit-progress', {
    methods: ['GET'],
    authLevel: levelForPeople(app.context.env),
    route: 'audits/{id}',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onAuditProgress } = await import('../shared/service/on-report.ts');
        return await onAuditProgress(app, request);
      }),
  });
}
