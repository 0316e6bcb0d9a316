import type { BlobClient } from '@azure/storage-blob';
import { InputError } from '../audit/input-error.ts';
import { managedIdentity } from './managed-identity.ts';
import path from 'node:path';
import type { PolicySource } from '../policy/index.ts';
import { readPolicyFile } from './policy-file.ts';
import type { Environment } from '../audit/environment.ts';
import type { Settings } from './settings.ts';

/** Storage accounts of Azure's clouds: a token is asked for no other host. */
const blobHosts = [
  '.blob.core.windows.net',
  '.blob.core.chinacloudapi.cn',
  '.blob.core.usgovcloudapi.net',
];

const retryOptions = { maxTries: 3, tryTimeoutInMs: 30_000, maxRetryDelayInMs: 5_000 };

/**
 * The text of a policy in a blob: with the signature in its address, or by the identity of the app.
 * @throws {InputError} for an address that is none of Azure Storage, and a blob that is too large.
 */
export async function readPolicyBlob(
  url: URL,
  maxBytes: number,
  clientId: string | undefined,
): Promise<string> {
  if (
    !blobHosts.some((suffix) => url.hostname.endsWith(suffix)) ||
    url.protocol !== 'https:' ||
    url.port !== '' ||
    url.username !== '' ||
    url.password !== ''
  )
    throw new InputError('EVENKEEL_POLICY: not the address of an Azure Storage blob');
  const { BlobClient } = await import('@azure/storage-blob');
  if (url.searchParams.has('sig'))
    return await blobText(new BlobClient(url.href, undefined, { retryOptions }), maxBytes);
  const credential = await managedIdentity(clientId);
  return await blobText(new BlobClient(url.href, credential, { retryOptions }), maxBytes);
}

/** The text of a blob, up to a size. Errors of the SDK hold addresses with signatures; ours do not. */
export async function blobText(client: BlobClient, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const { readableStreamBody: body } = await client.download();
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(Buffer.from(chunk));
    }
  } catch (cause) {
    throw new InputError(`the blob cannot be read (${reasonOfFailure(cause)})`, { cause });
  }
  if (size > maxBytes)
    throw new InputError(
      `the blob is larger than the limit of ${maxBytes} bytes for a policy file`,
    );
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOfFailure(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer';
  const status = 'statusCode' in error ? error.statusCode : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code.slice(0, 60) : '';
  const name = error instanceof Error ? error.name : 'no answer';
  return [typeof status === 'number' ? String(status) : '', code === '' ? name : code]
    .filter((each) => each !== '')
    .join(' ');
}

const maxBytes = 1024 * 1024;

/** Where the policy is that the settings name: a file of the package, or a blob. */
export function policySource(
  { policy }: Pick<Settings, 'policy'>,
  env: Environment,
): Pick<PolicySource, 'name' | 'read'> | undefined {
  if (policy === undefined) return undefined;
  if (!policy.startsWith('https://')) {
    const file = path.resolve(policy);
    return { name: path.basename(file), read: async () => readPolicyFile(file) };
  }
  const url = new URL(policy);
  const clientId = env['AZURE_CLIENT_ID'] || undefined;
  return {
    name: `${url.hostname}${url.pathname}`,
    read: () => readPolicyBlob(url, maxBytes, clientId),
  };
}
