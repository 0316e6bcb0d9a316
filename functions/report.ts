import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('report', {
  methods: ['GET', 'HEAD'],
  authLevel: levelForPeople(process.env),
  route: 'report',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onReport } = await import('../shared/service/on-report.ts');
      return await onReport(request);
    }),
});
