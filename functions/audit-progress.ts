import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('audit-progress', {
  methods: ['GET'],
  authLevel: levelForPeople(process.env),
  route: 'audits/{id}',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onAuditProgress } = await import('../shared/service/on-report.ts');
      return await onAuditProgress(request);
    }),
});
