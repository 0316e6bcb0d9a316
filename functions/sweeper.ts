import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';

/** Finishes runs that nobody finished, every five minutes. */
export function register(app: App): void {
  host.timer('sweeper', {
    schedule: '0 */5 * * * *',
    runOnStartup: false,
    useMonitor: true,
    handler: async (_timer, context) => {
      const { onSweep } = await import('../shared/service/on-timer.ts');
      await onSweep(app, { log: logOf(context) });
    },
  });
}
