import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { serve } from './app/serve.ts';

/** `GET /audits/{id}`: how far a run has come. */
export function register(app: App): void {
  serve(
    'audit-progress',
    { methods: ['GET'], authLevel: levelForPeople(app.context.env), route: 'audits/{id}' },
    async (request) => {
      const { onAuditProgress } = await import('../shared/service/on-report.ts');
      return await onAuditProgress(app, request);
    },
  );
}
