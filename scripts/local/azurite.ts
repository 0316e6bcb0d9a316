import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Azurite {
  readonly connectionString: string;
  /** Of another one of its accounts. */
  readonly connectionStringOf: (account: string) => string;
  readonly stop: () => Promise<void>;
}

/** The account that every emulator has; its key is published and protects nothing. */
const defaultAccount = 'devstoreaccount1';
const key =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const readyLine = 'Table service is successfully listening at';
const startTimeoutMs = 30_000;
const stopTimeoutMs = 2_000;

/**
 * Starts Azurite on free loopback ports with its data in memory.
 * @param more Accounts beside the one that every emulator has, all with the same key.
 * @throws Error where it ends or says nothing within 30 s; the message is one line for people.
 */
export async function startAzurite(more: readonly string[] = []): Promise<Azurite> {
  const [blob, queue, table] = [await freePort(), await freePort(), await freePort()];
  const entry = path.join(
    path.dirname(createRequire(import.meta.url).resolve('azurite/package.json')),
    'dist/src/azurite.js',
  );
  const child = spawn(
    process.execPath,
    [
      entry,
      '--inMemoryPersistence',
      '--silent',
      '--disableTelemetry',
      '--skipApiVersionCheck',
      ...listenOn('blob', blob),
      ...listenOn('queue', queue),
      ...listenOn('table', table),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        AZURITE_ACCOUNTS: [defaultAccount, ...more].map((name) => `${name}:${key}`).join(';'),
      },
    },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // Whatever ends this process takes the emulator with it.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    // Where it may end by itself it keeps what it compiled (NODE_COMPILE_CACHE) for the next one.
    child.kill('SIGTERM');
    const late = setTimeout(kill, stopTimeoutMs);
    await ended;
    clearTimeout(late);
  };
  try {
    await ready(child.stdout, child.stderr, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  const connectionStringOf = (account: string): string => {
    const endpoints = Object.entries({ Blob: blob, Queue: queue, Table: table }).map(
      ([name, port]) => `${name}Endpoint=http://127.0.0.1:${port}/${account};`,
    );
    return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join('')}`;
  };
  return { connectionString: connectionStringOf(defaultAccount), connectionStringOf, stop };
}

function listenOn(service: string, port: number): readonly string[] {
  return [`--${service}Host`, '127.0.0.1', `--${service}Port`, String(port)];
}

async function ready(
  stdout: NodeJS.ReadableStream,
  stderr: NodeJS.ReadableStream,
  ended: Promise<void>,
): Promise<void> {
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  const listening = new Promise<'listening'>((resolve) => {
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-10_000);
      if (said.includes(readyLine)) resolve('listening');
    };
    stdout.on('data', hear);
    stderr.on('data', hear);
  });
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), startTimeoutMs);
  });
  const outcome = await Promise.race([listening, late, ended.then(() => 'ended' as const)]);
  clearTimeout(timer);
  if (outcome === 'listening') return;
  const last = said.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  throw new Error(
    `Azurite ${outcome === 'late' ? 'did not start within 30 s' : 'ended at once'}${last === '' ? '' : `: ${last}`}`,
  );
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
