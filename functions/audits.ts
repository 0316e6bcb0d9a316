import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { serve } from './app/serve.ts';

/** `POST /audits`: starts an audit. */
export function register(app: App): void {
  serve(
    'audits',
    { methods: ['POST'], authLevel: levelForPeople(app.context.env), route: 'audits' },
    async (request, log) => {
      const { onStartAudit } = await import('../shared/service/on-start-audit.ts');
      return await onStartAudit(app, request, log);
    },
  );
}
