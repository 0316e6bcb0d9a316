import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';

app.storageQueue('audit-cluster-poison', {
  queueName: 'evenkeel-audit-cluster-poison',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { onPoisonMessage } = await import('../shared/service/on-message.ts');
    await onPoisonMessage(message, logOf(context));
  },
});
