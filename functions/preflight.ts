import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('preflight', {
  methods: ['GET'],
  authLevel: levelForPeople(process.env),
  route: 'preflight',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onPreflight } = await import('../shared/service/on-preflight.ts');
      return await onPreflight(request);
    }),
});
