import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';

/** Starts an audit on schedule. */
export function register(app: App): void {
  host.timer('audit-timer', {
    schedule: '%EVENKEEL_SCHEDULE%',
    runOnStartup: false,
    useMonitor: true,
    // Storage that is busy when the plan is written; every step may be taken again.
    retry: { strategy: 'fixedDelay', maxRetryCount: 3, delayInterval: { seconds: 30 } },
    handler: async (timer, context) => {
      const { onTimer } = await import('../shared/service/on-timer.ts');
      await onTimer(app, { isPastDue: timer.isPastDue, log: logOf(context) });
    },
  });
}
