import { flushCompileCache } from 'node:module';
import { loadApp } from '../../scripts/local/functions-core.ts';
import { pumpQueues } from '../../scripts/local/queues.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';
import { createApp } from '../../shared/service/app.ts';
import type { Listening } from '../../simulator/serve.ts';

/**
 * A worker of the queue engine as a process of its own, to be killed: the functions of the app under
 * the local runner, in front of a simulated Azure of another process.
 */
export interface WorkerOptions {
  readonly simulator: Pick<Listening, 'port' | 'authorityPem' | 'identity'>;
  readonly env: Readonly<Record<string, string>>;
  /** The clock of all workers: from a time on, faster than the real one, so that leases run out in seconds. */
  readonly clock: { readonly from: string; readonly realMs: number; readonly speed: number };
  readonly visibilitySeconds: number;
  /** Fire the timer before listening to the queues. */
  readonly fireTimer: boolean;
}

/** What it needed so far, as it answers to any message. */
export interface WorkerUsage {
  readonly cpuMs: number;
  readonly maxRssMb: number;
}

async function work({ simulator, env, clock, ...options }: WorkerOptions): Promise<void> {
  Object.assign(process.env, env, simulator.identity);
  const { port, authorityPem } = simulator;
  const network = simulatedNetwork({
    port,
    authorityPem,
    resolve: () => ({ address: '127.0.0.1', port }),
  });
  const now = (): Date =>
    new Date(Date.parse(clock.from) + (Date.now() - clock.realMs) * clock.speed);
  const app = await loadApp(
    async () => {
      const { registerFunctions } = await import('../../functions/app/register.ts');
      registerFunctions(createApp({ env: process.env, now, network }));
    },
    (level, name, message) => {
      if (level === 'error') process.stderr.write(`${name}: ${message}\n`);
    },
  );
  const invoke = async (name: string): Promise<void> => {
    const called = app.functions.find((each) => each.name === name);
    if (called === undefined) throw new Error(`no function ${name}`);
    await app.invoke(called, { json: JSON.stringify({ Schedule: {}, IsPastDue: false }) });
  };
  if (options.fireTimer) await invoke('audit-timer');
  process.send?.('ready');
  // It is killed: what it compiled is kept for the next one now.
  flushCompileCache();
  await pumpQueues(app, {
    connectionString: env['AzureWebJobsStorage'] ?? '',
    batchSize: 8,
    maxDequeueCount: 50,
    visibilitySeconds: options.visibilitySeconds,
    onError: (line) => process.stderr.write(`${line}\n`),
  });
  // The sweeper, five times as often as the host would call it on this clock.
  setInterval(() => void invoke('sweeper').catch(() => undefined), 60_000 / clock.speed);
  process.on('message', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, maxRssMb: maxRSS / 1024 };
    process.send?.(usage satisfies WorkerUsage);
  });
  process.on('disconnect', () => process.exit(0));
}

if (process.send !== undefined) await work(JSON.parse(process.argv[2] ?? '{}') as WorkerOptions);
