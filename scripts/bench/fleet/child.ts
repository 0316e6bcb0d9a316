import path from 'node:path';
import { liveArm } from '../../../shared/collect/live/index.ts';
import { parseKubeconfig, type ServerAccess } from '../../../shared/collect/live/kubeconfig.ts';
import { armLimits } from '../../../shared/collect/live/limits.ts';
import { readUserCredential } from '../../../shared/discover/index.ts';
import { isClusterReport, isReport } from '../../../shared/report/shapes.ts';
import type { ClusterReport, Report } from '../../../shared/report/report.ts';
import { connectAzure, type Azure, type AzureNetwork } from '../../../shared/audit/azure.ts';
import { runInline } from '../../../shared/service/engine/inline.ts';
import { pooled } from '../../../shared/service/engine/pooled.ts';
import { keepHeapSmall } from '../../../shared/service/small-heap.ts';
import { liveFleet, problemsTo } from '../../../shared/audit/live-fleet.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { simulatedNetwork } from '../../../simulator/azure.ts';
import { planSubscriptions, readSubscription } from '../../../shared/audit/subscriptions.ts';
import { azureCredential } from '../../../shared/audit/credential.ts';
import type { Listening } from '../../../simulator/serve.ts';
import { storageOver } from '../../../shared/history/index.ts';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Store } from '../../../shared/history/storage/store.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';

/** What the measured process is told. `warm`: fill the cache of accesses and do no more. */
export interface FleetRunOptions {
  readonly warm: boolean;
  /** Runs of the fleet, one after the other; one where absent. */
  readonly runs?: number;
  readonly folder: string;
  readonly simulator: Pick<Listening, 'port' | 'authorityPem' | 'identity'>;
}

export interface FleetRun {
  readonly loadedRssMb: number;
  readonly maxRssMb: number;
  /** Plan and audits; what comes after is the seal. */
  readonly auditsMs: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly results: Readonly<Record<string, number>>;
  readonly findings: number;
  /** After each run. */
  readonly rssMb: readonly number[];
}

const firstRunMs = Date.parse('2026-11-23T06:00:00Z');

async function fleetRun({ warm, folder, simulator, runs = 1 }: FleetRunOptions): Promise<FleetRun> {
  const environment = { ...process.env, ...simulator.identity, AZURE_CLIENT_ID: '' };
  Object.assign(process.env, environment);
  const { port, authorityPem } = simulator;
  const network = simulatedNetwork({
    port,
    authorityPem,
    resolve: () => ({ address: '127.0.0.1', port }),
  });
  keepHeapSmall();
  const azure = connectAzure({
    cloud: 'AzurePublic',
    allowPrivateClusters: false,
    commandLine: false,
    environment,
    network,
    cache: await accessCache(path.join(folder, 'accesses')),
  });
  if (warm) await fillCache(azure, network, environment);
  const loadedRssMb = process.resourceUsage().maxRSS / 1024;
  const began = performance.now();
  let auditsMs = 0;
  const log = logTo((level, line) => {
    if (level === 'error') process.stderr.write(`${line}\n`);
  });
  const storage = storageOver<ClusterReport, Report>(await fileStore(path.join(folder, 'run')), {
    isCluster: isClusterReport,
    isReport,
  });
  const fleet = liveFleet(azure, { subscriptions: 'all', onProblems: problemsTo(log) });
  const rssMb: number[] = [];
  let report: Report | undefined;
  for (let run = 0; run < (warm ? 0 : runs); run++) {
    const now = new Date(firstRunMs + run * 6 * 3_600_000);
    report = await runInline(
      { storage, fleet, now: () => now, log, worker: 'bench' },
      { runId: now.toISOString().replace('.000Z', 'Z'), trigger: 'timer', notify: false },
      ({ done, planned }) => {
        if (done === planned) auditsMs = performance.now() - began;
      },
    );
    await storage.prune(now.toISOString());
    rssMb.push(process.memoryUsage.rss() / 1024 / 1024);
  }
  const results: Record<string, number> = {};
  for (const { result } of report?.clusters ?? []) results[result] = (results[result] ?? 0) + 1;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    loadedRssMb,
    maxRssMb: maxRSS / 1024,
    auditsMs,
    ms: performance.now() - began,
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    results,
    findings: report?.clusters.reduce((sum, { findings }) => sum + findings.length, 0) ?? 0,
    rssMb,
  };
}

/** Accesses of clusters in files. */
async function accessCache(folder: string): Promise<Azure['connector']['cache']> {
  const store = await fileStore(folder);
  return {
    async get(cluster) {
      const bytes = await store.readBlob(cluster, Infinity);
      if (bytes === undefined) return undefined;
      const access: ServerAccess = JSON.parse(Buffer.from(bytes).toString('utf8'));
      return access;
    },
    async set(cluster, access) {
      await store.createBlob(cluster, Buffer.from(JSON.stringify(access)));
    },
  };
}

/** Asks for every kubeconfig once, at no pace: what earlier runs have done in the pace of AKS. */
async function fillCache(
  azure: Azure,
  network: AzureNetwork,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const unhurried = { ...armLimits, callsAtOnce: 32, credentialBurst: 1e9 };
  const arm = liveArm({
    cloud: azure.cloud,
    credential: azureCredential(environment, false, azure.cloud.authorityHost),
    httpClient: network.httpClient,
    limits: unhurried,
  });
  for (const { id } of (await planSubscriptions(azure, 'all')).subscriptions) {
    const { clusters } = await readSubscription(azure, id);
    if (clusters.kind === 'unread') throw new Error(clusters.why);
    await pooled(clusters.value, 32, async (cluster) => {
      const answer = await readUserCredential(arm, cluster);
      const access = answer.kind === 'kubeconfig' ? parseKubeconfig(answer.text) : undefined;
      if (access?.kind === 'read') await azure.connector.cache.set(cluster.id, access.value);
    });
  }
}

process.stdout.write(JSON.stringify(await fleetRun(JSON.parse(process.argv[2] ?? '{}'))));
process.exit(0);

/** Storage with its blobs in a folder, and rows in memory: as far away from the measured process as a disk is. */
async function fileStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  const names = new Set((await readdir(folder)).map(decodeURIComponent));
  const fileOf = (name: string): string => path.join(folder, encodeURIComponent(name));
  return {
    ...memoryStore(),
    async createBlob(name, bytes) {
      if (names.has(name)) return false;
      names.add(name);
      await writeFile(fileOf(name), bytes);
      return true;
    },
    readBlob: async (name) => (names.has(name) ? await readFile(fileOf(name)) : undefined),
    async *listBlobs(prefix) {
      for (const name of [...names].toSorted())
        if (name.startsWith(prefix)) yield await Promise.resolve(name);
    },
    async deleteBlob(name) {
      names.delete(name);
      await rm(fileOf(name), { force: true });
    },
  };
}
