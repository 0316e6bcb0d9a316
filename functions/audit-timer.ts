import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';

app.timer('audit-timer', {
  schedule: '%EVENKEEL_SCHEDULE%',
  runOnStartup: false,
  useMonitor: true,
  handler: async (timer, context) => {
    const { onTimer } = await import('../shared/run/on-timer.ts');
    await onTimer({ isPastDue: timer.isPastDue, log: logOf(context) });
  },
});
