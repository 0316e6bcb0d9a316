import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import { readOptions } from '../shared/cli/options.ts';
import { progressOn } from '../shared/cli/progress.ts';
import { terminal } from '../shared/cli/terminal.ts';
import type * as Registration from '../functions/app/register.ts';
import type * as Local from '../shared/service/local.ts';
import { startAzurite, type Azurite } from './local/azurite.ts';
import { startDemo, type DemoStep } from './local/demo.ts';
import { loadApp, type LocalApp } from './local/functions-core.ts';
import { requestListener } from './local/http.ts';
import { listenOn } from './local/listen.ts';
import { pumpQueues } from './local/queues.ts';
import { runSummary } from './local/summary.ts';

/**
 * `npm start`: the built app under a small stand-in for the Functions host, with real storage
 * (Azurite) and a simulated fleet; with real settings in `local.settings.json` the real fleet.
 */

const root = path.join(import.meta.dirname, '..');
const port = Number(process.env['PORT'] ?? 7071);
const usage = `npm start                 two runs of a simulated fleet, then the report at http://localhost:7071/api/report
npm start -- --once       the two runs alone
PORT=8080 npm start       another port; DEBUG=1 shows the log
With Azure subscriptions in local.settings.json (local.settings.example.json shows its form) the fleet is the real one.
`;
const options = {
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;
const verbose = process.env['DEBUG'] !== undefined;
const io = terminal(process);
const errors = (line: string): void => io.err(`${line}\n`);
const say = (text: string): void => io.out(`${text}\n`);

/** What was started, to be stopped in the opposite order, whatever happens. */
const started: (() => Promise<unknown>)[] = [];

/** What Ctrl-C does: at first it breaks off, later it ends what serves. */
let onSignal = (): void => void stopAll().finally(() => process.exit(130));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => onSignal());

async function main(): Promise<void> {
  const { once, help } = readOptions(
    process.argv.slice(2),
    options,
    0,
    'npm start -- --help',
  ).values;
  if (help) {
    io.out(usage);
    return;
  }
  const server = await listenOn(port);
  started.push(() => closed(server));
  await import('./build.ts');
  const real = realSettings();
  const needsAzurite =
    real === undefined || real['AzureWebJobsStorage'] === 'UseDevelopmentStorage=true';
  const azurite = needsAzurite ? await startAzurite() : undefined;
  if (azurite !== undefined) started.push(azurite.stop);
  say(
    'Evenkeel on a small local runner that stands in for the Azure Functions host: the same functions, no scaling, no keys.',
  );
  if (real === undefined) await simulatedFleet(server, azurite, once);
  else await realFleet(server, azurite, real, once);
}

/** Two runs of a simulated fleet: the second shows what is new, resolved and stale. */
async function simulatedFleet(
  server: Server,
  azurite: Azurite | undefined,
  once: boolean,
): Promise<void> {
  const demo = await startDemo();
  started.push(demo.close);
  const settings = {
    AzureWebJobsStorage: azurite?.connectionString ?? '',
    EVENKEEL_SCHEDULE: '0 */10 * * * *',
    EVENKEEL_SUBSCRIPTIONS: '*',
    EVENKEEL_ENGINE: 'inline',
    EVENKEEL_REPORT_URL: `http://localhost:${port}/api/report`,
  };
  const app = await open(server, settings);
  say(`Fleet: simulated, ${demo.size}, read over TLS on this machine.\n`);
  for (const [index, step] of demo.steps.entries()) {
    say(index === 0 ? 'First run' : 'Ten minutes later');
    await run(app, { ...settings, ...step.env }, step);
  }
  if (!once) await stayUp();
}

async function realFleet(
  server: Server,
  azurite: Azurite | undefined,
  values: Readonly<Record<string, string>>,
  once: boolean,
): Promise<void> {
  const settings = {
    ...values,
    ...(azurite !== undefined && { AzureWebJobsStorage: azurite.connectionString }),
  };
  const app = await open(server, settings);
  say(`Fleet: the subscriptions of local.settings.json, with your own Azure login.\n`);
  await run(app, settings, undefined);
  if (!once) await stayUp();
}

/** What the built app exports for whoever stands around it: `shared/service/local.ts`. */
interface Built extends Pick<typeof Local, 'createApp' | 'newestReport'> {
  readonly previewText: (message: object) => string;
}

interface Opened {
  readonly app: LocalApp;
  readonly local: Built;
  /** Registered functions work for this one from now on. */
  readonly become: (context: Local.AppContext) => Local.App;
}

async function open(
  server: Server,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<Opened> {
  Object.assign(process.env, settings);
  const dist = path.join(root, 'dist');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the bundle's own entry
  const local = (await import(path.join(dist, 'shared', 'service', 'local.js'))) as Built;
  // Functions are registered once; each run has an app of its own.
  let current = local.createApp({ env: process.env, now: () => new Date() });
  const app = await loadApp(
    async () => {
      const file = path.join(dist, 'functions', 'app', 'register.js');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the bundle's own entry
      const { registerFunctions } = (await import(file)) as typeof Registration;
      registerFunctions({
        get context() {
          return current.context;
        },
        service: () => current.service(),
      });
    },
    (level, name, message) => {
      if (level === 'error' || verbose) errors(`${name}: ${message}`);
    },
  );
  server.on('request', requestListener(app, errors));
  const pump = await pumpQueues(app, {
    connectionString: settings['AzureWebJobsStorage'] ?? '',
    batchSize: 8,
    maxDequeueCount: 5,
    visibilitySeconds: 600,
    onError: errors,
  });
  started.push(pump.stop);
  return { app, local, become: (context) => (current = local.createApp(context)) };
}

/** Makes the app one of this state of the fleet, fires the timer, and shows what came of it. */
async function run(
  { app, local, become }: Opened,
  settings: Readonly<Record<string, string | undefined>>,
  step: DemoStep | undefined,
): Promise<void> {
  Object.assign(process.env, settings);
  const progress = progressOn(io);
  const current = become({
    env: process.env,
    now: step?.now ?? (() => new Date()),
    commandLine: step === undefined,
    onProgress: ({ done, planned, cluster }) => progress.update(done, planned, cluster),
    ...(step !== undefined && { network: step.network, slackApiUrl: step.slackApiUrl }),
  });
  const timer = app.functions.find(({ name }) => name === 'audit-timer');
  if (timer === undefined) throw new Error('the built app has no function audit-timer');
  const began = performance.now();
  try {
    await app.invoke(timer, { json: JSON.stringify({ Schedule: {}, IsPastDue: false }) });
  } finally {
    progress.end();
  }
  const report = await local.newestReport(current);
  if (report === undefined) throw new Error('the run left no report; DEBUG=1 shows its log');
  say(runSummary(report, io, (performance.now() - began) / 1000));
  if (step === undefined) return;
  const messages = step.newSlackMessages();
  say(messages.length === 0 ? 'Slack: nothing new.\n' : `Slack shows in its channel:\n`);
  for (const message of messages) {
    if (messages.some(({ ts }) => ts === message.threadTs && ts !== message.ts)) continue;
    say(indent(local.previewText(message)));
    for (const reply of messages)
      if (reply.threadTs === message.ts && reply !== message)
        say(indent(indent(local.previewText(reply))));
  }
}

async function stayUp(): Promise<void> {
  const formats = 'also ?format=text, json, markdown, csv, sarif, openmetrics';
  say(`Report   http://localhost:${port}/api/report   (${formats})`);
  say(`Health   http://localhost:${port}/api/health`);
  say('Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    onSignal = resolve;
  });
}

/** Values of `local.settings.json` that name real subscriptions; the example's own are none. */
function realSettings(): Readonly<Record<string, string>> | undefined {
  const file = path.join(root, 'local.settings.json');
  if (!existsSync(file)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error('local.settings.json is no JSON; local.settings.example.json shows its form', {
      cause,
    });
  }
  const values =
    typeof parsed === 'object' && parsed !== null && 'Values' in parsed ? parsed.Values : {};
  const texts = Object.entries(values ?? {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const settings = Object.fromEntries(texts);
  return (settings['EVENKEEL_SUBSCRIPTIONS'] ?? '').trim() === '' ? undefined : settings;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function stopAll(): Promise<void> {
  for (const stop of started.toReversed()) await stop().catch(() => undefined);
}

try {
  await main();
} catch (error) {
  io.err(`npm start: ${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = 2;
} finally {
  await stopAll();
}
