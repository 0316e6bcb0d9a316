import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterEach, expect } from '@jest/globals';
import type { Report } from '../../shared/report/index.ts';
import type { HttpRequest } from '../../shared/service/http/response.ts';
import { logTo, type Log } from '../../shared/audit/log.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';
import { createApp, type App } from '../../shared/service/app.ts';
import { leaksIn } from '../../simulator/canaries.ts';
import type { FleetDescription } from '../../simulator/description.ts';
import { ownAuthorities, startServer } from '../../simulator/server.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import { operationsAsked } from '../live/operations.ts';

/** Of all worlds of a test file. */
const authorities = ownAuthorities();

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** The app's own handlers in front of a simulated Azure and Slack, on a clock that the test holds. */
export interface ServiceWorld {
  /** Of the fleet as it is now. */
  readonly app: App;
  /** A fresh process with the same storage: it has opened nothing yet. */
  readonly restart: () => void;
  readonly simulator: Simulator;
  readonly clock: { iso: string };
  readonly log: Log;
  readonly lines: readonly string[];
  /** Another state of the fleet; storage, Slack and clock stay. */
  readonly becomes: (fleet: FleetDescription) => Promise<Simulator>;
  readonly newest: () => Promise<Report | undefined>;
}

/** @param connectionString Of an emulator; what an earlier test left there is deleted. */
export async function serviceWorld(
  connectionString: string,
  fleet: FleetDescription,
  given: Readonly<Record<string, string>> = {},
): Promise<ServiceWorld> {
  await wipe(connectionString);
  const lines: string[] = [];
  const log = logTo((level, line) => lines.push(`${level} ${line}`));
  // It goes on from where a test puts it, since those who wait for each other look at it.
  const began = Date.now();
  const clock = { iso: '2026-11-23T06:00:10Z' };
  const first = await behindSockets(fleet);
  let app: App;
  const enter = ({ server, simulator }: Awaited<ReturnType<typeof behindSockets>>): void => {
    app = createApp({
      env: {
        AzureWebJobsStorage: connectionString,
        EVENKEEL_SCHEDULE: '0 0 */6 * * *',
        EVENKEEL_SUBSCRIPTIONS: '*',
        EVENKEEL_ENGINE: 'inline',
        SLACK_BOT_TOKEN: simulator.slackToken,
        SLACK_CHANNEL: 'C0FLEET0001',
        ...given,
      },
      now: () => new Date(Date.parse(clock.iso) + Date.now() - began),
      network: server.network,
      slackApiUrl: first.server.slackApiUrl,
    });
  };
  // The identity library reads the process's own environment, once: tokens of one simulator do for all.
  Object.assign(process.env, first.server.identity);
  enter(first);
  return {
    get app() {
      return app;
    },
    restart() {
      app = createApp(app.context);
    },
    simulator: first.simulator,
    clock,
    log,
    lines,
    async becomes(next) {
      const world = await behindSockets(next);
      enter(world);
      return world.simulator;
    },
    async newest() {
      expect(leaksIn(lines.join('\n'))).toEqual([]);
      const { storage } = await app.service();
      const [run] = await storage.sealedRuns(1);
      return run === undefined ? undefined : await storage.readReport(run.runId);
    },
  };
}

async function wipe(connectionString: string): Promise<void> {
  const names = 'evenkeel';
  const table = TableClient.fromConnectionString(connectionString, names, {
    allowInsecureConnection: true,
  });
  await table.createTable();
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities())
    await table.deleteEntity(partitionKey, rowKey);
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient(names);
  await container.createIfNotExists();
  for await (const { name } of container.listBlobsFlat()) await container.deleteBlob(name);
}

async function behindSockets(fleet: FleetDescription) {
  const simulator = createSimulator({ fleet });
  const server = await startServer(simulator, { authorities });
  const network = simulatedNetwork(server);
  closing.push(() => {
    operationsAsked(simulator.log);
    network.close();
    return server.close();
  });
  return { simulator, server: { ...server, network } };
}

export function question(
  url: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  const at = new URL(url, 'http://localhost:7071');
  return {
    method: body === '' ? 'GET' : 'POST',
    url: at.href,
    headers: new Headers(headers),
    query: at.searchParams,
    params: {},
    text: () => Promise.resolve(body),
  };
}
