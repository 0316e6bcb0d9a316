import type { App } from '../shared/service/app.ts';
import { serve } from './app/serve.ts';

/** `POST /slack/interactions`: a button in Slack, which has no key of ours: it signs what it sends. Off, this answers 404. */
export function register(app: App): void {
  serve(
    'slack-interactions',
    { methods: ['POST'], authLevel: 'anonymous', route: 'slack/interactions' },
    async (request, log) => {
      const { onInteractions } = await import('../shared/service/on-interactions.ts');
      return await onInteractions(app, request, log);
    },
  );
}
