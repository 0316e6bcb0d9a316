import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { Agent } from 'node:https';
import type { RunningServer, SimulatedAddress } from './server.ts';

/**
 * An agent whose connections go to the server whatever the host of the URL, and trust this authority
 * alone. SNI, the Host header and the check of the certificate stay with the host's own name.
 */
export function agentTo(server: Pick<RunningServer, 'resolve'>, ca: string): Agent {
  const agent = new Agent({ ca, keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const place = placeOf(server, options.host ?? '');
    const elsewhere: typeof options =
      place instanceof Error
        ? { ...options, lookup: (_host, _options, found) => found(place, '') }
        : { ...options, host: place.address, port: place.port };
    return connect(elsewhere, done);
  };
  return agent;
}

/** The real HTTP client of the Azure SDKs, over TLS to a server that plays ARM. */
export function networkHttpClient(
  server: Pick<RunningServer, 'resolve' | 'authorityPem'>,
): HttpClient & { readonly close: () => void } {
  const client = createDefaultHttpClient();
  const agent = agentTo(server, server.authorityPem);
  return {
    sendRequest(request) {
      request.agent = agent;
      return client.sendRequest(request);
    },
    close: () => agent.destroy(),
  };
}

function placeOf(server: Pick<RunningServer, 'resolve'>, host: string): SimulatedAddress | Error {
  try {
    return server.resolve(host);
  } catch (error) {
    return error instanceof Error ? error : new Error('not resolved');
  }
}
