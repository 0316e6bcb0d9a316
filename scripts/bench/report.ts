import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../chromium.ts';
import { formats, render } from '../../shared/report/index.ts';
import { largeReport } from './large-report.ts';

const clusters = 5_000;

/** The report of 5,000 clusters and 50,000 findings: how large, how fast, how much memory, and how it answers in a browser. */
export async function run(): Promise<void> {
  const report = largeReport(clusters);
  const findings = report.clusters.reduce((sum, cluster) => sum + cluster.findings.length, 0);
  console.log(`${clusters} clusters, ${findings} findings`);
  // Once before, as in a service that has made a report already; memory is what comes on top of the report.
  render(largeReport(50), 'html');
  const before = process.resourceUsage().maxRSS;
  const { text: page, ms, cpuMs } = timed(() => render(report, 'html'));
  const added = (process.resourceUsage().maxRSS - before) / 1_024;
  line('html made', ms, 'ms', 3_000);
  line('html made, processor time', cpuMs, 'ms');
  line('html size', page.length / 1e6, 'MB', 3);
  line('memory on top of the report', added, 'MB', 300);
  for (const format of formats) {
    if (format === 'html') continue;
    const made = timed(() => render(report, format));
    line(`${format} (${(made.text.length / 1e6).toFixed(1)} MB)`, made.ms, 'ms');
  }
  await inBrowser(page);
}

interface Timed {
  readonly text: string;
  readonly ms: number;
  readonly cpuMs: number;
}

function timed(make: () => string): Timed {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const text = make();
  const { user, system } = process.cpuUsage(cpu);
  return { text, ms: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

const filters = [
  ['text', 'web-1'],
  ['text', 'zzz'],
  ['cluster', 'aks-prod'],
  ['owner', 'team-7'],
  ['namespace', 'shop'],
  ['rule', 'traffic/starved-endpoints'],
] as const;

async function inBrowser(page: string): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  const file = path.join(folder, 'report.html');
  writeFileSync(file, page);
  const browser = await launchChromium();
  try {
    const opened = await browser.newPage();
    const session = await opened.context().newCDPSession(opened);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await opened.addInitScript(
      `new MutationObserver(() => { if (document.documentElement.classList.contains('js')) window.ready ??= performance.now(); }).observe(document, { attributes: true, subtree: true });`,
    );
    await opened.goto(pathToFileURL(file).href);
    await opened.locator('html.js').waitFor();
    const numberOf = async (expression: string): Promise<number> =>
      Number(await opened.evaluate(expression));
    line(
      'first table',
      await numberOf("performance.getEntriesByType('navigation')[0].domInteractive"),
      'ms',
      500,
    );
    line('filters ready', await numberOf('window.ready'), 'ms', 500);
    const { metrics } = await session.send('Performance.getMetrics');
    const busy = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    line('both, processor time', busy * 1_000, 'ms');
    for (const [field, value] of filters) {
      const ms = await numberOf(
        `(() => {
          const field = document.querySelector('.filters [name="${field}"]');
          field.value = '${value}';
          const start = performance.now();
          field.dispatchEvent(new Event('input'));
          document.body.offsetHeight;
          const took = performance.now() - start;
          document.querySelector('#clear').click();
          return took;
        })()`,
      );
      line(`filter ${field} ${value}`, ms, 'ms', 100);
    }
  } finally {
    await browser.close();
  }
}

function line(what: string, value: number, unit: string, most?: number): void {
  const digits = value < 10 ? 2 : 0;
  const target = most === undefined ? '' : `  (at most ${most} ${unit})`;
  console.log(`${what.padEnd(38)} ${value.toFixed(digits).padStart(8)} ${unit}${target}`);
}
