import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Environment } from './environment.ts';

export type CredentialKind =
  'chosen' | 'managed-identity' | 'workload-identity' | 'environment' | 'az' | 'azd';

/**
 * Which kinds of Azure credential come into question here, first one first: those that the environment
 * speaks of, and a person's own at the command line only. A service never starts a command to get a token.
 */
export function credentialKinds(env: Environment, commandLine: boolean): readonly CredentialKind[] {
  const has = (name: string): boolean => (env[name] ?? '') !== '';
  if (has('AZURE_TOKEN_CREDENTIALS')) return ['chosen'];
  const app = has('AZURE_TENANT_ID') && has('AZURE_CLIENT_ID');
  const secret = has('AZURE_CLIENT_SECRET') || has('AZURE_CLIENT_CERTIFICATE_PATH');
  const kinds: CredentialKind[] = [];
  if (app && secret) kinds.push('environment');
  if (app && has('AZURE_FEDERATED_TOKEN_FILE')) kinds.push('workload-identity');
  if (has('IDENTITY_ENDPOINT') || has('MSI_ENDPOINT')) kinds.push('managed-identity');
  if (commandLine) kinds.push('az', 'azd');
  // A machine of Azure that says nothing of its identity has the metadata service.
  return kinds.length === 0 ? ['managed-identity'] : kinds;
}

/** Azure's default credential, narrowed to what this environment speaks of. */
export function azureCredential(
  env: Environment,
  commandLine: boolean,
  authorityHost: string,
): TokenCredential {
  const clientId = env['AZURE_CLIENT_ID'] || undefined;
  const make = (kind: CredentialKind): TokenCredential => {
    switch (kind) {
      case 'chosen':
        // It reads AZURE_TOKEN_CREDENTIALS itself and takes nothing else.
        return new DefaultAzureCredential({
          authorityHost,
          ...(clientId !== undefined && { managedIdentityClientId: clientId }),
        });
      case 'environment':
        return new EnvironmentCredential({ authorityHost });
      case 'workload-identity':
        return new WorkloadIdentityCredential({
          authorityHost,
          tenantId: env['AZURE_TENANT_ID'] ?? '',
          clientId: clientId ?? '',
          tokenFilePath: env['AZURE_FEDERATED_TOKEN_FILE'] ?? '',
        });
      case 'managed-identity':
        return new ManagedIdentityCredential({
          ...(clientId !== undefined && { clientId }),
          retryOptions: { maxRetries: 2 },
        });
      case 'az':
        return new AzureCliCredential();
      case 'azd':
        return new AzureDeveloperCliCredential();
    }
  };
  const credentials = credentialKinds(env, commandLine).map(make);
  const [only, ...others] = credentials;
  return only !== undefined && others.length === 0
    ? only
    : new ChainedTokenCredential(...credentials);
}
