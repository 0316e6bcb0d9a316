import type { App } from '../shared/service/app.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { servesMcp } from '../shared/service/serves-mcp.ts';
import { serve } from './app/serve.ts';

/** `/mcp`: tools for agents. Off unless somebody asks for them: then there is no route at all. */
export function register(app: App): void {
  if (servesMcp(app.context.env))
    serve(
      'mcp',
      {
        methods: ['GET', 'POST', 'DELETE'],
        authLevel: levelForPeople(app.context.env),
        route: 'mcp',
      },
      async (request, log) => {
        const { onMcp } = await import('../shared/service/on-mcp.ts');
        return await onMcp(app, request, log);
      },
    );
}
