import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { formats, fileNameOf, render, type Format, type Report } from '../shared/report/index.ts';
import { articleReport } from '../test/report/samples.ts';
import { trendReport } from '../test/report/html/samples.ts';

/** Where the reports lie that a reviewer compares by eye. */
export const goldenFolder = path.join(import.meta.dirname, '../test/report/golden');

const reports: Readonly<Record<string, Report>> = {
  article: articleReport,
  trend: trendReport,
};

export interface GoldenFile {
  readonly name: string;
  readonly text: string;
}

/** Every report in every format; `npm run golden` writes them, a test compares them. */
export function goldenFiles(): readonly GoldenFile[] {
  return Object.entries(reports).flatMap(([name, report]) =>
    formats.map((format) => ({
      name: fileNameOf(format).replace('evenkeel-report', name),
      text: goldenText(report, format),
    })),
  );
}

/** A page without what says nothing to a reader: script, style and hashes; its data unpacked. */
function goldenText(report: Report, format: Format): string {
  const text = render(report, format);
  if (format !== 'html') return text;
  return text
    .replace(/(<style>)[^<]*/u, '$1STYLE')
    .replace(/(<script>)[\s\S]*?(<\/script>)/u, '$1SCRIPT$2')
    .replaceAll(/sha256-[\w+/=]+/gu, 'sha256-HASH')
    .replace(
      /(id="data">)([^<]*)/u,
      (_, start: string, data: string) => `${start}\n${unpacked(data)}\n`,
    )
    .replace(
      /(id="views">)([^<]*)/u,
      (_, start: string, views: string) => `${start}\n${viewNames(views)}\n`,
    )
    .replaceAll(
      /(?=<(?:section|article|tr|svg|rect|path|text|li|details|div class="fix")[ >])/gu,
      '\n',
    );
}

/** The text of each page in the file, without its pictures. */
function viewNames(views: string): string {
  return Object.entries(inflated(views))
    .map(([name, html]: [string, unknown]) => `${name}: ${wordsOf(String(html))}`)
    .join('\n')
    .replaceAll('<', '&lt;');
}

function wordsOf(html: string): string {
  return html
    .replaceAll(/<svg[\s\S]*?<\/svg>/gu, '')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

function inflated(data: string): object {
  return JSON.parse(inflateRawSync(Buffer.from(data, 'base64')).toString('utf8'));
}

function unpacked(data: string): string {
  return JSON.stringify(inflated(data), null, 1).replaceAll('<', '&lt;');
}

if (import.meta.main) {
  mkdirSync(goldenFolder, { recursive: true });
  for (const file of readdirSync(goldenFolder)) rmSync(path.join(goldenFolder, file));
  for (const { name, text } of goldenFiles()) writeFileSync(path.join(goldenFolder, name), text);
}
