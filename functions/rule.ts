import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { serve } from './app/serve.ts';

/** `GET /rules/{family}/{rule}`: the page of a rule. */
export function register(app: App): void {
  serve(
    'rule',
    {
      methods: ['GET', 'HEAD'],
      authLevel: levelForPeople(app.context.env),
      route: 'rules/{family}/{rule}',
    },
    async (request) => {
      const { onRule } = await import('../shared/service/on-rule.ts');
      return onRule(app, request);
    },
  );
}
