import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { agentTo } from '../../simulator/network.ts';
import type { RunningServer } from '../../simulator/server.ts';

export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** The head of an answer over TLS, verified by this authority alone; the body is not read yet. */
export async function head(
  server: RunningServer,
  ca: string,
  url: string,
  token?: string,
): Promise<IncomingMessage> {
  const agent = agentTo(server, ca);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  request(url, { agent, headers }, resolve).on('error', reject).end();
  try {
    const response = await promise;
    response.on('close', () => agent.destroy());
    return response;
  } catch (error) {
    agent.destroy();
    throw error;
  }
}

export async function get(
  server: RunningServer,
  ca: string,
  url: string,
  token?: string,
): Promise<Got> {
  const response = await head(server, ca, url, token);
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
