import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';
import { servesMcp } from '../shared/service/serves-mcp.ts';

export function register(app: App): void {
  // Tools for agents are off unless somebody asks for them: then there is no route at all.
  if (servesMcp(app.context.env))
    host.http('mcp', {
      methods: ['GET', 'POST', 'DELETE'],
      authLevel: levelForPeople(app.context.env),
      route: 'mcp',
      handler: (request, context) =>
        withErrorResponse(request, logOf(context), async () => {
          const { onMcp } = await import('../shared/service/on-mcp.ts');
          return await onMcp(app, request, logOf(context));
        }),
    });
}
