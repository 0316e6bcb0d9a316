import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onHealth } = await import('../shared/service/on-health.ts');
      return await onHealth(logOf(context));
    }),
});
