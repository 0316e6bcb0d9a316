import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('audits', {
  methods: ['POST'],
  authLevel: levelForPeople(process.env),
  route: 'audits',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onStartAudit } = await import('../shared/service/on-start-audit.ts');
      return await onStartAudit(request, logOf(context));
    }),
});
