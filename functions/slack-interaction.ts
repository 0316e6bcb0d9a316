import { app as host } from '@azure/functions';
import type { App } from '../shared/service/app.ts';
import { logOf } from '../shared/service/http/functions-log.ts';

/** The queue of buttons pressed in Slack, which had to be answered at once. */
export function register(app: App): void {
  host.storageQueue('slack-interaction', {
    queueName: 'evenkeel-slack-interaction',
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { onInteractionMessage } = await import('../shared/service/on-interactions.ts');
      await onInteractionMessage(app, message, logOf(context));
    },
  });
}
