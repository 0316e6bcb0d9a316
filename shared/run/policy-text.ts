import path from 'node:path';
import type { PolicyText } from './engine/deps.ts';
import { InputError } from './input-error.ts';
import { readPolicyFile } from './policy-file.ts';
import type { Settings } from './settings.ts';

const maxBytes = 1024 * 1024;

/** The text of the policy that the settings name: a file of the package, or a blob. */
export async function policyText({ policy }: Settings): Promise<PolicyText | undefined> {
  if (policy === undefined) return undefined;
  if (!policy.startsWith('https://')) {
    const file = path.resolve(policy);
    return { text: readPolicyFile(file), source: path.basename(file) };
  }
  const url = new URL(policy);
  const source = `${url.hostname}${url.pathname}`;
  return { text: await readBlob(url), source };
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
