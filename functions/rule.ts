import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

app.http('rule', {
  methods: ['GET', 'HEAD'],
  authLevel: levelForPeople(process.env),
  route: 'rules/{family}/{rule}',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onRule } = await import('../shared/service/on-rule.ts');
      return onRule(request);
    }),
});
