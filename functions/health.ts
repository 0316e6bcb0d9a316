import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { answering } from '../shared/service/http/answering.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onHealth } = await import('../shared/service/on-health.ts');
      return await onHealth(logOf(context));
    }),
});
