import type { TokenCredential } from '@azure/identity';

/**
 * The identity of the app, or the one that its id names. Loaded only where it is used: the library
 * costs more than everything else of a health check.
 */
export async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
}
