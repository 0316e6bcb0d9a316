import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';
import { levelForPeople } from '../shared/run/http/auth-level.ts';
import { answering } from '../shared/run/http/answering.ts';

app.http('report', {
  methods: ['GET', 'HEAD'],
  authLevel: levelForPeople(process.env),
  route: 'report',
  handler: (request, context) =>
    answering(request, logOf(context), async () => {
      const { onReport } = await import('../shared/run/on-report.ts');
      return await onReport(request);
    }),
});
