import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { auditFolders } from '../shared/audit/audit-folders.ts';
import { render } from '../shared/report/index.ts';
import { launchChromium } from './chromium.ts';

const root = path.join(import.meta.dirname, '..');
const takenAt = '2026-11-23T06:00:00Z';

/** Draws the article's map from its saved case, as the report shows it: `docs/images/traffic-map.png`. */
const { report } = await auditFolders({
  directories: [path.join(root, 'test/cases/seed-1-basic-local')],
  clusters: [],
  now: () => new Date(takenAt),
});
const folder = path.join(root, 'docs/images');
mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1400 },
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
