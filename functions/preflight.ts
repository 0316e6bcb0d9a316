import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { serve } from './app/serve.ts';

/** `GET /preflight`: what an audit could read, and which roles it lacks. */
export function register(app: App): void {
  serve(
    'preflight',
    { methods: ['GET'], authLevel: levelForPeople(app.context.env), route: 'preflight' },
    async (request) => {
      const { onPreflight } = await import('../shared/service/on-preflight.ts');
      return await onPreflight(app, request);
    },
  );
}
