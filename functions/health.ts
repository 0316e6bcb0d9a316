import type { App } from '../shared/service/app.ts';
import { serve } from './app/serve.ts';

/** `GET /health`: whether audits run as planned, for a monitor without a key. */
export function register(app: App): void {
  serve(
    'health',
    { methods: ['GET', 'HEAD'], authLevel: 'anonymous', route: 'health' },
    async (_request, log) => {
      const { onHealth } = await import('../shared/service/on-health.ts');
      return await onHealth(app, log);
    },
  );
}
