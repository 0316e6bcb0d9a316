import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';

export function register(app: App): void {
  // Slack has no key of ours: it signs what it sends. Off, this answers 404.
  host.http('slack-interactions', {
    methods: ['POST'],
    authLevel: 'anonymous',
    route: 'slack/interactions',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onInteractions } = await import('../shared/service/on-interactions.ts');
        return await onInteractions(app, request, logOf(context));
      }),
  });
}
