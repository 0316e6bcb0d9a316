import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test } from '@jest/globals';
import { openQueue } from '../../shared/history/index.ts';
import { useAzurite } from '../support/storage.ts';

const azurite = useAzurite();

test('a message with a delay waits, and those beside it do not', async () => {
  const connectionString = azurite.connectionString();
  const queue = await openQueue({ connectionString }, 'delays');
  const texts = Array.from({ length: 20 }, (_, at) => `{"at":${at}}`);
  await queue.send(texts, (at) => (at % 2 === 0 ? 0 : 600));
  const client = QueueServiceClient.fromConnectionString(connectionString).getQueueClient('delays');
  const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
  const seen = peekedMessageItems.map(({ messageText }) =>
    Buffer.from(messageText, 'base64').toString('utf8'),
  );
  expect(seen.toSorted()).toEqual(texts.filter((_, at) => at % 2 === 0).toSorted());
  expect((await client.getProperties()).approximateMessagesCount).toBe(20);
});
