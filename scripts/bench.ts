/**
 * Measures the product: `npm run bench` every section, `npm run bench -- engine …` some. A section
 * is a module in `scripts/bench/` with a function `run` that measures and prints; to add one, add
 * its line here.
 */
interface Section {
  run(): Promise<void>;
}

const sections: ReadonlyMap<string, () => Promise<Section>> = new Map([
  ['bundle', () => import('./bench/bundle.ts')],
  ['engine', () => import('./bench/engine.ts')],
  ['fleet', () => import('./bench/fleet.ts')],
  ['ingress', () => import('./bench/ingress.ts')],
  ['killed', () => import('./bench/killed.ts')],
  ['kubernetes', () => import('./bench/kubernetes.ts')],
  ['large-cluster', () => import('./bench/large-cluster.ts')],
  ['observed', () => import('./bench/observed.ts')],
  ['queue', () => import('./bench/queue.ts')],
  ['report', () => import('./bench/report.ts')],
  ['slack', () => import('./bench/slack.ts')],
  ['start', () => import('./bench/start.ts')],
  ['workers', () => import('./bench/workers.ts')],
]);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !sections.has(name));
if (unknown.length > 0) {
  console.error(
    `bench: there is no section ${unknown.join(', ')}; there are ${[...sections.keys()].join(', ')}`,
  );
  process.exitCode = 2;
} else
  for (const [name, load] of sections) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`# ${name}`);
    const section = await load();
    await section.run();
  }
