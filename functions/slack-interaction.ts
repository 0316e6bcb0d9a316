import { app } from '@azure/functions';
import { logOf } from '../shared/service/http/functions-log.ts';

app.storageQueue('slack-interaction', {
  queueName: 'evenkeel-slack-interaction',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { onInteractionMessage } = await import('../shared/service/on-interactions.ts');
    await onInteractionMessage(message, logOf(context));
  },
});
