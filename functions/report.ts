import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { serve } from './app/serve.ts';

/** `GET /report`: the newest report, whole or what was asked of it. */
export function register(app: App): void {
  serve(
    'report',
    { methods: ['GET', 'HEAD'], authLevel: levelForPeople(app.context.env), route: 'report' },
    async (request) => {
      const { onReport } = await import('../shared/service/on-report.ts');
      return await onReport(app, request);
    },
  );
}
