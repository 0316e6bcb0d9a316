import { app } from '@azure/functions';
import { logOf } from '../shared/run/http/functions-log.ts';

app.storageQueue('audit-cluster', {
  queueName: 'evenkeel-audit-cluster',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { onClusterMessage } = await import('../shared/run/on-message.ts');
    await onClusterMessage(message, logOf(context));
  },
});
