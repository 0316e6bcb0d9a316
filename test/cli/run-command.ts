import { afterEach } from '@jest/globals';
import { evenkeel } from '../../shared/cli/evenkeel.ts';
import type { Terminal } from '../../shared/cli/terminal.ts';
import type { AppContext } from '../../shared/service/app-context.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';
import { deployment, nodesOfPool, service } from '../../simulator/build.ts';
import type { FleetDescription } from '../../simulator/description.ts';
import { createSimulator, type SimulatorOptions } from '../../simulator/simulator.ts';
import { kubernetesTransport } from '../../simulator/transports.ts';
import { plainServer } from '../live/plain-server.ts';
import { appIdentity, world, type LiveFleet } from '../live/world.ts';
import { hostOf } from '../simulator/running.ts';

/** A cluster with one Service that has no fault. */
export const sound = {
  services: [service('main/web')],
  workloads: [deployment('main/web', nodesOfPool('user', 3))],
};

const noContext: AppContext = { env: {}, now: () => new Date() };
let context = noContext;

/** The context of the commands of this test from now on. */
export function useContext(given: AppContext): void {
  context = given;
}

export function currentContext(): AppContext {
  return context;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  context = noContext;
});

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, with its output caught. */
export async function run(args: readonly string[], given: Partial<Terminal> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Terminal = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    width: 80,
    tty: false,
    colour: false,
    live: false,
    errWidth: 80,
    command: 'evenkeel',
    onInterrupt: () => () => undefined,
    ...given,
  };
  const status = await evenkeel(args, io, context);
  return { status, out, err };
}

/** A simulated Azure for the commands of this test, logged in unless said otherwise. */
export async function logInTo(
  description: FleetDescription,
  given: Partial<AppContext> = {},
  options: Omit<SimulatorOptions, 'fleet'> = {},
): Promise<LiveFleet> {
  const simulated = await world(description, options);
  const network = simulatedNetwork(simulated.server);
  closing.push(network.close);
  useContext({
    env: {},
    now: () => new Date(description.now),
    network,
    credential: appIdentity(simulated.server),
    slackApiUrl: simulated.server.slackApiUrl,
    ...given,
  });
  return simulated;
}

/**
 * A `kubectl proxy` with the context of a cluster of this fleet, until the test is over. It is on the
 * inside: neither private networks nor Entra stand in its way.
 * @returns Its address.
 */
export async function kubectlProxyTo(description: FleetDescription, name: string): Promise<string> {
  const simulator = createSimulator({ fleet: description });
  const inside = kubernetesTransport(simulator, hostOf(simulator, name));
  const port = await plainServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    void inside.get(pathname, searchParams).then(({ status, body }) => {
      response.writeHead(status).end(body);
    });
  });
  return `http://127.0.0.1:${port}`;
}
