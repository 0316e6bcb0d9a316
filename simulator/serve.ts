import { fleetNamed, type NamedFleet } from './fleets/named.ts';
import { startServer } from './server.ts';
import { createSimulator, type SimulatorOptions } from './simulator.ts';

/** What the parent hands over, as JSON in the first argument. */
export interface ServeOptions extends Pick<
  SimulatorOptions,
  'latencyMs' | 'pageSize' | 'throttle' | 'faults'
> {
  readonly fleet: NamedFleet;
}

/** What the child tells once it listens. */
export interface Listening {
  readonly port: number;
  readonly authorityPem: string;
  readonly identity: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  readonly slackApiUrl: string;
  readonly slackToken: string;
}

/** What the child answers to any message. */
export interface Served {
  readonly requests: number;
  /** Operations, and how often each was asked for. */
  readonly calls: Readonly<Record<string, number>>;
}

/** A simulator as a process of its own, so that what it needs is not counted to its parent: serves until the parent goes. */
async function serve(send: (message: Listening | Served) => unknown): Promise<void> {
  const { fleet, ...options }: ServeOptions = JSON.parse(process.argv[2] ?? '{}');
  const simulator = createSimulator({ fleet: fleetNamed(fleet), ...options });
  const { port, authorityPem, identity, slackApiUrl, close } = await startServer(simulator);
  process.on('disconnect', () => void close());
  process.on('message', () =>
    send({
      requests: simulator.log.count(),
      calls: Object.fromEntries(simulator.log.counts()),
    }),
  );
  send({ port, authorityPem, identity, slackApiUrl, slackToken: simulator.slackToken });
}

if (process.send !== undefined) await serve(process.send.bind(process));
