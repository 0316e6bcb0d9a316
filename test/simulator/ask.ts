import type { RequestOutcome, ResponseBody, SimulatedResponse } from '../../simulator/http.ts';
import type { ArmAccess, ArmCredential, Problems } from '../../shared/input/index.ts';
import { armHttpClient } from '../../simulator/transports.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { aksServerApp } from '../../simulator/tokens.ts';

export const armResource = 'https://management.azure.com';
export const subscriptionId = '00000000-0000-0000-0000-0000000000a1';

/** The way to the simulated Azure Resource Manager, in memory and without retries. */
export function armAccessTo(simulator: Simulator, problems: Problems): ArmAccess {
  return {
    credential: credentialOf(simulator, armResource),
    endpoint: armResource,
    httpClient: armHttpClient(simulator),
    retries: 0,
    problems,
  };
}

/** Tokens of the simulator for an audience. */
export function credentialOf(simulator: Simulator, audience: string): ArmCredential {
  const expiresOnTimestamp = Date.now() + 3_600_000;
  return {
    getToken: () =>
      Promise.resolve({ token: simulator.identity.issue(audience), expiresOnTimestamp }),
  };
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `null` = none is sent. */
  readonly token?: string | null;
}

/** One request as a client would send it; the token is the right one unless another is given. */
export async function ask(
  simulator: Simulator,
  url: string,
  asked: Asked = {},
): Promise<RequestOutcome> {
  const { hostname } = new URL(url);
  const resource = hostname.endsWith('.azmk8s.io') ? aksServerApp : armResource;
  const token = asked.token === undefined ? simulator.identity.issue(resource) : asked.token;
  return await simulator.answer({
    method: asked.method ?? 'GET',
    url: new URL(url),
    headers: new Map(
      Object.entries({
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...asked.headers,
      }),
    ),
    body: asked.body ?? '',
  });
}

export async function respond(
  simulator: Simulator,
  url: string,
  asked: Asked = {},
): Promise<SimulatedResponse> {
  const answer = await ask(simulator, url, asked);
  if (answer.kind !== 'response') throw new Error(`no response but ${answer.kind}`);
  return answer;
}

/** JSON whose shape a test looks into. */
export type Json = ReturnType<typeof JSON.parse>;

/** Status and parsed body. */
export async function askJson(
  simulator: Simulator,
  url: string,
  asked: Asked = {},
): Promise<{
  readonly status: number;
  readonly headers: SimulatedResponse['headers'];
  readonly body: Json;
}> {
  const { status, headers, body } = await respond(simulator, url, asked);
  return { status, headers, body: JSON.parse(textOf(body)) };
}

export function textOf(body: ResponseBody): string {
  if (typeof body !== 'string') throw new Error('the body comes in pieces');
  return body;
}

export function armUrl(path: string, query = ''): string {
  return `${armResource}/subscriptions/${subscriptionId}${path}?api-version=2026-06-01${query}`;
}

export const lists = {
  managedClusters: '/providers/Microsoft.ContainerService/managedClusters',
  loadBalancers: '/providers/Microsoft.Network/loadBalancers',
  networkInterfaces: '/providers/Microsoft.Network/networkInterfaces',
  publicIPAddresses: '/providers/Microsoft.Network/publicIPAddresses',
  networkSecurityGroups: '/providers/Microsoft.Network/networkSecurityGroups',
} as const;
