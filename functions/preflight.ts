import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { answering } from '../shared/service/http/answering.ts';

app.http('preflight', {
  methods: ['GET'],
  authLevel: levelForPeople(process.env),
  route: 'preflight',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onPreflight } = await import('../shared/service/on-preflight.ts');
      return await onPreflight(request);
    }),
});
