import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';

app.storageQueue('audit-cluster', {
  queueName: 'evenkeel-audit-cluster',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { onClusterMessage } = await import('../shared/service/on-message.ts');
    await onClusterMessage(message, logOf(context));
  },
});
