import path from 'node:path';
import type { PolicySource } from '../policy/index.ts';
import { readPolicyBlob } from './policy-blob.ts';
import { readPolicyFile } from './policy-file.ts';
import type { Environment } from '../audit/environment.ts';
import type { Settings } from './settings.ts';

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
