import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formats, render, type Format, type Report } from '../shared/report/index.ts';
import { articleReport } from '../test/report/samples.ts';
import { trendReport } from '../test/report/html/samples.ts';
import { dataIn, viewsIn } from '../test/report/html/views-in.ts';

/** Where the reports lie that a reviewer compares by eye. */
export const goldenFolder = path.join(import.meta.dirname, '../test/report/golden');

const reports: Readonly<Record<string, Report>> = {
  article: articleReport,
  trend: trendReport,
};

/** The ending of a golden file's name, by which the format is known again. */
export const extensions: Readonly<Record<Format, string>> = {
  html: '.html',
  json: '.json',
  text: '.txt',
  markdown: '.md',
  csv: '.csv',
  sarif: '.sarif',
  openmetrics: '.openmetrics',
  ndjson: '.ndjson',
  junit: '.junit.xml',
};

export interface GoldenFile {
  readonly name: string;
  readonly text: string;
}

/** Every report in every format; `npm run golden` writes them, a test compares them. */
export function goldenFiles(): readonly GoldenFile[] {
  return Object.entries(reports).flatMap(([name, report]) =>
    formats.map((format) => ({
      name: `${name}${extensions[format]}`,
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
  return Object.entries(viewsIn(`id="views">${views}`))
    .map(([name, html]) => `${name}: ${wordsOf(html)}`)
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

function unpacked(data: string): string {
  return JSON.stringify(dataIn(`id="data">${data}`), null, 1).replaceAll('<', '&lt;');
}

if (import.meta.main) {
  mkdirSync(goldenFolder, { recursive: true });
  const files = goldenFiles();
  for (const file of readdirSync(goldenFolder)) rmSync(path.join(goldenFolder, file));
  for (const { name, text } of files) writeFileSync(path.join(goldenFolder, name), text);
}
