import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { withErrorResponse } from '../shared/service/http/error-response.ts';
import { servesMcp } from '../shared/service/serves-mcp.ts';

// Tools for agents are off unless somebody asks for them: then there is no route at all.
if (servesMcp(process.env))
  app.http('mcp', {
    methods: ['GET', 'POST', 'DELETE'],
    authLevel: levelForPeople(process.env),
    route: 'mcp',
    handler: (request, context) =>
      withErrorResponse(request, logOf(context), async () => {
        const { onMcp } = await import('../shared/service/on-mcp.ts');
        return await onMcp(request, logOf(context));
      }),
  });
