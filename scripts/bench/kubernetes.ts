import { mkdtempDisposableSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fleet, subscription } from '../../simulator/build.ts';
import { largeCluster } from '../../simulator/fleets/large.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { kubernetesTransport } from '../../simulator/transports.ts';
import { simulatedClusters } from './engine/save-cluster.ts';
import { bundled, load, measured, median, root } from './support/processes.ts';
import type { Reading, ReadingOptions } from './support/reading.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const size = { nodes: 5_000, pods: 110_000, services: 300 };
const runs = 3;
interface PackedResponse {
  readonly status: number;
  /** Packed. */
  readonly body: Buffer;
}

/** What a plain paged lister asks for. */
const wholeLists = [
  '/api/v1/nodes',
  '/api/v1/pods',
  '/api/v1/services',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
].map((list) => `${list}?limit=500`);

/**
 * One large cluster read by us, by the floor (the same answers fetched and parsed, nothing else) and
 * by a plain paged lister, over HTTP with gzip; answers are made before anybody is measured.
 */
export async function run(): Promise<void> {
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [subscription(subscriptionId, 'Bench', [largeCluster(size)])] }),
  });
  const [cluster] = await simulatedClusters(simulator, subscriptionId);
  if (cluster === undefined) throw new Error('there is no cluster');
  const inner = kubernetesTransport(simulator, cluster.host);
  const answers = new Map<string, PackedResponse>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const target = request.url ?? '';
    asked.push(target);
    void answerTo(target).then(({ status, body }) =>
      response.writeHead(status, { 'content-encoding': 'gzip' }).end(body),
    );
  });
  const answerTo = async (target: string): Promise<PackedResponse> => {
    const known = answers.get(target);
    if (known !== undefined) return known;
    const { pathname, searchParams } = new URL(target, 'http://localhost');
    const { status, body } = await inner.get(pathname, searchParams);
    if (typeof body !== 'string') throw new Error('an answer in pieces');
    const packed = { status, body: gzipSync(body, { level: 1 }) };
    answers.set(target, packed);
    return packed;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  try {
    const script = await bundled(path.join(root, 'scripts/bench/support/reading.ts'), folder);
    const read = (who: ReadingOptions['who'], targets: readonly string[]): Promise<Reading> =>
      measured<Reading>(script, { port, who, targets } satisfies ReadingOptions);
    await read('ours', []);
    const ourTargets = [...asked];
    await read('lister', wholeLists);
    const results: Record<ReadingOptions['who'], Reading[]> = { ours: [], floor: [], lister: [] };
    for (let turn = 0; turn < runs; turn++) {
      results.ours.push(await read('ours', []));
      results.floor.push(await read('floor', ourTargets));
      results.lister.push(await read('lister', wholeLists));
    }
    print(results);
  } finally {
    server.close();
  }
}

function print(results: Readonly<Record<ReadingOptions['who'], readonly Reading[]>>): void {
  const of = (who: ReadingOptions['who'], key: keyof Reading): number =>
    median(results[who].map((each) => each[key]));
  console.log(`${size.nodes} nodes, ${size.pods} pods: medians of ${runs}, ${load()}`);
  for (const who of ['ours', 'floor', 'lister'] as const) {
    const ratio = (key: keyof Reading): string =>
      `${(of(who, key) / of('floor', key)).toFixed(2)} x`;
    console.log(
      `${who.padEnd(8)}${of(who, 'ms').toFixed(0).padStart(7)} ms (${ratio('ms')} the floor) ${of(who, 'cpuMs').toFixed(0).padStart(7)} ms processor (${ratio('cpuMs')}) ${of(who, 'maxRssMb').toFixed(0).padStart(6)} MB peak (${ratio('maxRssMb')})`,
    );
  }
}
