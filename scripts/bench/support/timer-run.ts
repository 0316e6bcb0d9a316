import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Registration from '../../../functions/app/register.ts';
import type * as Local from '../../../shared/service/local.ts';
import { simulatedNetwork } from '../../../simulator/azure.ts';
import type { Listening } from '../../../simulator/serve.ts';
import { loadApp } from '../../local/functions-core.ts';

/** What the measured process is told, as JSON in its first argument. */
export interface TimerRunOptions {
  /** Folder of the built app. */
  readonly dist: string;
  readonly simulator: Pick<Listening, 'port' | 'authorityPem' | 'identity'>;
  readonly env: Readonly<Record<string, string>>;
}

/** What it prints. */
export interface TimerRun {
  /** Of the process before the timer fires, in MB. */
  readonly loadedRssMb: number;
  readonly maxRssMb: number;
  readonly ms: number;
  readonly cpuMs: number;
}

/** The built app as the host runs it, in a process of its own: fires the timer once. */
async function timerRun({ dist, simulator, env }: TimerRunOptions): Promise<TimerRun> {
  Object.assign(process.env, env, simulator.identity, { AZURE_CLIENT_ID: '' });
  const { port, authorityPem } = simulator;
  const network = simulatedNetwork({
    port,
    authorityPem,
    resolve: () => ({ address: '127.0.0.1', port }),
  });
  const built = (file: string): string => pathToFileURL(path.join(dist, file)).href;
  const app = await loadApp(
    async () => {
      const { createApp }: typeof Local = await import(built('shared/service/local.js'));
      const register: typeof Registration = await import(built('functions/app/register.js'));
      register.registerFunctions(createApp({ env: process.env, now: () => new Date(), network }));
    },
    (level, name, message) => {
      if (level === 'error') process.stderr.write(`${name}: ${message}\n`);
    },
  );
  const timer = app.functions.find(({ name }) => name === 'audit-timer');
  if (timer === undefined) throw new Error('the built app has no function audit-timer');
  const loadedRssMb = process.resourceUsage().maxRSS / 1024;
  const began = performance.now();
  await app.invoke(timer, { json: JSON.stringify({ Schedule: {}, IsPastDue: false }) });
  const ms = performance.now() - began;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  network.close();
  return { loadedRssMb, maxRssMb: maxRSS / 1024, ms, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
}

process.stdout.write(JSON.stringify(await timerRun(JSON.parse(process.argv[2] ?? '{}'))));
process.exit(0);
