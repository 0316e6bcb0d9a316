import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';

app.timer('sweeper', {
  schedule: '0 */5 * * * *',
  runOnStartup: false,
  useMonitor: true,
  handler: async (_timer, context) => {
    const { onSweep } = await import('../shared/service/on-timer.ts');
    await onSweep({ log: logOf(context) });
  },
});
