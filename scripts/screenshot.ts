import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildReport, render } from '../shared/report/index.ts';
import { auditFolder } from '../shared/audit/audit-folder.ts';
import { launchChromium } from './chromium.ts';

const root = path.join(import.meta.dirname, '..');
const takenAt = '2026-11-23T06:00:00Z';

/** Draws the article's map from its saved case, as the report shows it: `docs/images/traffic-map.png`. */
const { clusters } = await auditFolder({
  directory: path.join(root, 'test/cases/seed-1-basic-local'),
  clusters: [],
  takenAt,
});
const report = buildReport({
  version: '0.1.0',
  run: { id: takenAt, trigger: 'cli', startedAt: takenAt, finishedAt: takenAt },
  planned: clusters.length,
  clusters,
});
const folder = path.join(root, 'docs/images');
mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
  });
  await page.setContent(render(report, 'html'));
  await page
    .locator('.way')
    .first()
    .screenshot({ path: path.join(folder, 'traffic-map.png') });
} finally {
  await browser.close();
}
