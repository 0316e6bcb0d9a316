import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';
import { levelForPeople } from '../shared/service/http/auth-level.ts';
import { answering } from '../shared/service/http/answering.ts';

app.http('audits', {
  methods: ['POST'],
  authLevel: levelForPeople(process.env),
  route: 'audits',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onStartAudit } = await import('../shared/service/on-start-audit.ts');
      return await onStartAudit(request, logOf(context));
    }),
});
