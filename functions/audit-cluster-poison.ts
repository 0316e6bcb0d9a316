import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';

/** Messages of the queue of clusters that failed each time they were tried. */
export function register(app: App): void {
  host.storageQueue('audit-cluster-poison', {
    queueName: 'evenkeel-audit-cluster-poison',
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { onPoisonMessage } = await import('../shared/service/on-message.ts');
      await onPoisonMessage(app, message, logOf(context));
    },
  });
}
