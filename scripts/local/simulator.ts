import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { armHost } from '../../simulator/arm/answer.ts';
import { isKubernetesHost } from '../../simulator/kubernetes/answer.ts';
import type { Listening, Served, ServeOptions } from '../../simulator/serve.ts';
import { hostNotFound, type RunningServer } from '../../simulator/server.ts';
import { slackHost } from '../../simulator/slack/slack.ts';

/** A server in a process of its own, so that what it needs is not counted to whoever audits it. */
export interface SimulatorProcess extends Omit<RunningServer, 'lookups'> {
  readonly slackToken: string;
  /** What was asked so far. */
  readonly served: () => Promise<Served>;
}

/** Starts a server with a fleet that has a name. It ends with `close`, and with this process. */
export async function startSimulatorProcess(options: ServeOptions): Promise<SimulatorProcess> {
  const entry = fileURLToPath(new URL('../../simulator/serve.ts', import.meta.url));
  const child = fork(entry, [JSON.stringify(options)], { execArgv: [] });
  const listening: Listening = await messageOf(child);
  const address = { address: '127.0.0.1', port: listening.port } as const;
  return {
    ...listening,
    resolve(host) {
      const name = host.toLowerCase();
      if (name !== armHost && name !== slackHost && !isKubernetesHost(name))
        throw hostNotFound(name);
      return address;
    },
    async served() {
      child.send('served');
      return await messageOf(child);
    },
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The next message of the child. @throws Error where it ends instead. */
async function messageOf<T extends Listening | Served>(child: ChildProcess): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const ended = (code: number | null): void =>
    reject(new Error(`the simulator ended with ${code ?? 'a signal'}`));
  child.once('message', resolve);
  child.once('exit', ended);
  try {
    return await promise;
  } finally {
    child.off('message', resolve);
    child.off('exit', ended);
  }
}
