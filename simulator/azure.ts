import { networkHttpClient } from './network.ts';
import type { RunningServer } from './server.ts';
import type { AzureNetwork } from '../shared/audit/azure.ts';

/**
 * The network of a made-up Azure, for `connectAzure`. Names lead to addresses of the kind that they
 * have in the real one, so that every rule about addresses is in force; connections then go to the
 * server on loopback.
 */
export function simulatedNetwork(
  server: Pick<RunningServer, 'port' | 'authorityPem' | 'resolve'>,
): AzureNetwork & { readonly close: () => void } {
  const httpClient = networkHttpClient(server);
  const { port } = server;
  return {
    httpClient,
    resolve: async (host) => {
      await Promise.resolve();
      server.resolve(host);
      return [host.includes('.privatelink.') ? '10.224.0.4' : '20.50.10.10'];
    },
    route: () => ({ address: '127.0.0.1', port }),
    close: httpClient.close,
  };
}
