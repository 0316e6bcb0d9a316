import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, test } from '@jest/globals';
import { readPolicyBlob, blobText } from '../../shared/service/policy-blob.ts';
import { useAzurite } from '../support/storage.ts';

const azurite = useAzurite();

async function blob(name: string, text: string) {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString());
  const container = service.getContainerClient('policies');
  await container.createIfNotExists();
  const client = container.getBlockBlobClient(name);
  await client.upload(text, Buffer.byteLength(text));
  return client;
}

describe('the policy in a blob', () => {
  test.each(['', 'version: 1\n', 'ü'.repeat(5)])('%j is read as it is', async (text) => {
    expect(await blobText(await blob('good.yaml', text), 10 + text.length)).toBe(text);
  });

  test('one that is too large is refused, to the byte', async () => {
    const client = await blob('large.yaml', 'x'.repeat(101));
    await expect(blobText(client, 100)).rejects.toThrow('larger than the limit of 100 bytes');
    expect(await blobText(client, 101)).toHaveLength(101);
  });

  test('one that is not there: the status, and nothing of its address', async () => {
    const client = (await blob('a.yaml', '')).withSnapshot('2020-01-01T00:00:00.0000000Z');
    const failed = await blobText(client, 100).catch((error: unknown) => String(error));
    expect(failed).toMatch(/cannot be read \(4\d\d \w+\)$/u);
    expect(failed).not.toContain('policies');
  });

  test.each([
    'https://evil.example/policy.yaml',
    'https://blob.core.windows.net.evil.example/p.yaml',
    'https://acme.blob.core.windows.net:444/p.yaml',
    'https://me@acme.blob.core.windows.net/p.yaml',
    'https://:secret@acme.blob.core.windows.net/p.yaml',
    'http://acme.blob.core.windows.net/p.yaml',
  ])('%s is refused before anything is asked', async (url) => {
    await expect(readPolicyBlob(new URL(url), 100, undefined)).rejects.toThrow(
      'not the address of an Azure Storage blob',
    );
  });
});
