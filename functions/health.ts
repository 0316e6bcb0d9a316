import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';
import { answering } from '../shared/run/http/answer.ts';
import { onHealth } from '../shared/run/on-health.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (request, context) => answering(request, logOf(context), () => onHealth()),
});
