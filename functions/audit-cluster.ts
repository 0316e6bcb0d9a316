import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';

/** The queue of clusters to audit, and of runs to plan and to finish. */
export function register(app: App): void {
  host.storageQueue('audit-cluster', {
    queueName: 'evenkeel-audit-cluster',
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { onClusterMessage } = await import('../shared/service/on-message.ts');
      await onClusterMessage(app, message, logOf(context));
    },
  });
}
