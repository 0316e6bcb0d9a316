import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { answering } from '../shared/service/http/answering.ts';

// Slack has no key of ours: it signs what it sends. Off, this answers 404.
app.http('slack-interactions', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'slack/interactions',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onInteractions } = await import('../shared/service/on-interactions.ts');
      return await onInteractions(request, logOf(context));
    }),
});
