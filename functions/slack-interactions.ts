import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

// Slack has no key of ours: it signs what it sends. Off, this answers 404.
app.http('slack-interactions', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'slack/interactions',
  handler: (request, context) =>
    withErrorResponse(request, logOf(context), async () => {
      const { onInteractions } = await import('../shared/service/on-interactions.ts');
      return await onInteractions(request, logOf(context));
    }),
});
