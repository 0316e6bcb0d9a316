import path from 'node:path';
import type { PolicySource } from '../policy/index.ts';
import { InputError } from './input-error.ts';
import { readPolicyFile } from './policy-file.ts';
import type { Settings } from './settings.ts';

const maxBytes = 1024 * 1024;

/** Where the policy is that the settings name: a file of the package, or a blob. */
export function policySource({
  policy,
}: Settings): Pick<PolicySource, 'name' | 'read'> | undefined {
  if (policy === undefined) return undefined;
  if (!policy.startsWith('https://')) {
    const file = path.resolve(policy);
    return { name: path.basename(file), read: async () => readPolicyFile(file) };
  }
  const url = new URL(policy);
  return { name: `${url.hostname}${url.pathname}`, read: () => readBlob(url) };
}

/** Storage accounts of Azure's clouds: a token is asked for no other host. */
const blobHosts = [
  '.blob.core.windows.net',
  '.blob.core.chinacloudapi.cn',
  '.blob.core.usgovcloudapi.net',
];

async function readBlob(url: URL): Promise<string> {
  if (!blobHosts.some((suffix) => url.hostname.endsWith(suffix)) || url.port !== '')
    throw new InputError('EVENKEEL_POLICY: the address is none of a blob of Azure Storage');
  const { BlobClient } = await import('@azure/storage-blob');
  const signed = url.searchParams.has('sig');
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const client = signed
    ? new BlobClient(url.href)
    : new BlobClient(url.href, new ManagedIdentityCredential());
  const { contentLength = 0 } = await client.getProperties();
  if (contentLength > maxBytes)
    throw new InputError(`EVENKEEL_POLICY: the blob is larger than ${maxBytes} bytes`);
  return (await client.downloadToBuffer(0, maxBytes)).toString('utf8');
}
