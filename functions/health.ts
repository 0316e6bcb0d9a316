import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';
import { answering } from '../shared/run/http/answering.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onHealth } = await import('../shared/run/on-health.ts');
      return await onHealth(logOf(context));
    }),
});
