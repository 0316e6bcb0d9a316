import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';

app.timer('audit-timer', {
  schedule: '%EVENKEEL_SCHEDULE%',
  runOnStartup: false,
  useMonitor: true,
  // Storage that is busy when the plan is written; every step may be taken again.
  retry: { strategy: 'fixedDelay', maxRetryCount: 3, delayInterval: { seconds: 30 } },
  handler: async (timer, context) => {
    const { onTimer } = await import('../shared/service/on-timer.ts');
    await onTimer({ isPastDue: timer.isPastDue, log: logOf(context) });
  },
});
