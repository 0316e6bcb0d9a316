import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';
import { levelForPeople } from '../shared/run/http/auth-level.ts';
import { answering } from '../shared/run/http/answering.ts';

app.http('audits', {
  methods: ['POST'],
  authLevel: levelForPeople(process.env),
  route: 'audits',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onStartAudit } = await import('../shared/run/on-start-audit.ts');
      return await onStartAudit(request, logOf(context));
    }),
});
